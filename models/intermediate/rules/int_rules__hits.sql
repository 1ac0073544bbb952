with

candidates as (

    select * from {{ ref('int_rules__candidates') }}

),

fold_rules as (

    select * from {{ ref('int_rules__fold_rules') }}

),

product_hits as (

    select * from {{ ref('int_rules__product_hits') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where last_purchase_age_days is not null

),

dislikes as (

    select * from {{ ref('int_features__customer_products') }}
    where is_disliked

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

regions as (

    select * from {{ ref('int_folds__customer_regions') }}

),

-- When a customer last bought something of a kind that people buy once.
kinds as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        products.category,
        products.subcategory,
        min(customer_products.last_purchase_age_days) as last_purchase_age_days
    from customer_products
    inner join products
        on
            customer_products.fold_id = products.fold_id
            and customer_products.product_key = products.product_key
    where
        products.is_one_off
        and products.subcategory != 'unknown'
    group by
        customer_products.fold_id,
        customer_products.customer_key,
        products.category,
        products.subcategory

),

assignments as (

    select * from {{ ref('int_folds__assignments') }}

),

exposures as (

    select * from {{ ref('int_features__exposures') }}

),

-- Where none is measured, nothing has been seen past it.
caps as (

    select * from {{ ref('int_fatigue__caps') }}
    where
        position_group = 'all'
        and click_propensity = 'all'
        and strata = 'slots_and_propensity'

),

mixed_pairs as (

    select * from {{ ref('int_similarity__mixed_pairs') }}

),

-- How like a product is to the most similar of what a customer disliked.
unwanted as (

    select
        dislikes.fold_id,
        dislikes.customer_key,
        mixed_pairs.other_product_key as product_key,
        max(mixed_pairs.similarity) as similarity
    from dislikes
    inner join mixed_pairs
        on
            dislikes.fold_id = mixed_pairs.fold_id
            and dislikes.product_key = mixed_pairs.product_key
    group by
        dislikes.fold_id,
        dislikes.customer_key,
        mixed_pairs.other_product_key

),

-- Each product's rules, with its kind.
ruled_products as (

    select
        fold_rules.*,
        products.product_key,
        products.category,
        products.subcategory
    from product_hits
    inner join fold_rules
        on
            product_hits.fold_id = fold_rules.fold_id
            and product_hits.rule_number = fold_rules.rule_number
    inner join products
        on
            product_hits.fold_id = products.fold_id
            and product_hits.product_key = products.product_key

),

hits as (

    select
        candidates.fold_id,
        candidates.customer_key,
        candidates.product_key,
        ruled_products.rule_bit
    from candidates
    inner join ruled_products
        on
            candidates.fold_id = ruled_products.fold_id
            and candidates.product_key = ruled_products.product_key
    left join segments
        on
            candidates.fold_id = segments.fold_id
            and candidates.customer_key = segments.customer_key
    left join regions
        on
            candidates.fold_id = regions.fold_id
            and candidates.customer_key = regions.customer_key
    left join kinds
        on
            candidates.fold_id = kinds.fold_id
            and candidates.customer_key = kinds.customer_key
            and ruled_products.category = kinds.category
            and ruled_products.subcategory = kinds.subcategory
    left join assignments
        on
            candidates.fold_id = assignments.fold_id
            and candidates.customer_key = assignments.customer_key
            and ruled_products.experiment_id = assignments.experiment_id
    left join exposures
        on
            candidates.fold_id = exposures.fold_id
            and candidates.customer_key = exposures.customer_key
            and candidates.product_key = exposures.product_key
    left join caps
        on candidates.fold_id = caps.fold_id
    left join unwanted
        on
            candidates.fold_id = unwanted.fold_id
            and candidates.customer_key = unwanted.customer_key
            and candidates.product_key = unwanted.product_key
    where
        (
            ruled_products.segment is null
            or coalesce(segments.rfm_segment, 'unknown') = ruled_products.segment
        )
        and (
            ruled_products.region is null
            or lower(coalesce(regions.region, 'unknown')) = ruled_products.region
        )
        -- A past fold measures the rule as if it were for everybody.
        and (
            ruled_products.experiment_id is null
            or candidates.fold_id != 'serving'
            or assignments.variant = 'treatment'
        )
        and coalesce(
            case ruled_products.condition
                when 'disliked' then candidates.is_disliked
                when 'like_disliked'
                    then unwanted.similarity >= ruled_products.condition_value
                when 'seen_times'
                    then exposures.count_unanswered >= ruled_products.condition_value
                when 'seen_past_cap' then exposures.count_unanswered >= caps.seen_times
                when 'bought_within_days'
                    then
                        candidates.last_purchase_age_days
                        <= ruled_products.condition_value
                when 'bought_within_typical_interval'
                    then
                        candidates.last_purchase_age_days
                        < ruled_products.condition_value
                        * candidates.typical_interval_days
                when 'bought_kind_within_days'
                    then
                        kinds.last_purchase_age_days <= ruled_products.condition_value
            end,
            ruled_products.condition is null
        )

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        cast(sum(rule_bit) as bigint) as rule_mask
    from hits
    group by fold_id, customer_key, product_key

)

select * from final
