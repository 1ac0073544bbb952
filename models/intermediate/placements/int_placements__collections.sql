{%- set list_length = aisle.checked_var('list_length') -%}
{#- So many best sellers of a collection stand behind what was proposed. -#}
{%- set fillers = 3 * list_length -%}

with

collection_products as (

    select
        *,
        cast(dense_rank() over (order by collection_id asc) as integer)
            as collection_key
    from {{ ref('int_placements__collection_products') }}
    where is_in_force

),

relevances as (

    select * from {{ ref('int_rules__relevances') }}
    where
        fold_id = 'serving'
        and placement = 'home'
        and place is not null

),

effects as (

    select * from {{ ref('int_rules__effects') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

-- Rules about products that keep something out, for all customers or for some.
exclusions as (

    select
        rules.segment,
        rules.region,
        hits.product_key
    from {{ ref('int_rules__fold_rules') }} as rules
    inner join {{ ref('int_rules__product_hits') }} as hits
        on
            rules.fold_id = hits.fold_id
            and rules.rule_number = hits.rule_number
    where
        rules.fold_id = 'serving'
        and rules.action = 'exclude'
        and rules.condition is null
        and rules.experiment_id is null
        and rules.hours is null
        and coalesce(rules.placement in ('home', 'collection'), true)

),

-- The best sellers among what is not out for everybody.
offered as (

    select
        *,
        row_number() over (
            partition by collection_key
            order by popularity_rank asc
        ) as place
    from collection_products
    where
        product_key not in (
            select exclusions.product_key
            from exclusions
            where
                exclusions.segment is null
                and exclusions.region is null
        )

),

{{ aisle.kept_out_of('collection') }},

segments as (

    select * from {{ ref('int_features__customer_rfm') }}
    where fold_id = 'serving'

),

regions as (

    select * from {{ ref('int_folds__customer_regions') }}
    where fold_id = 'serving'

),

-- And visitors, of whom nothing is known.
readers as (

    select
        shares.customer_key,
        coalesce(segments.rfm_segment, 'unknown') as segment,
        lower(coalesce(regions.region, 'unknown')) as region
    from {{ ref('int_candidates__personal_shares') }} as shares
    left join segments
        on shares.customer_key = segments.customer_key
    left join regions
        on shares.customer_key = regions.customer_key
    where shares.fold_id = 'serving'
    union all
    select
        cast(-1 as bigint) as customer_key,
        'unknown' as segment,
        'unknown' as region

),

unwanted as (

    select
        customer_products.customer_key,
        customer_products.product_key
    from {{ ref('int_features__customer_products') }} as customer_products
    inner join {{ ref('int_features__products') }} as bought
        on
            customer_products.fold_id = bought.fold_id
            and customer_products.product_key = bought.product_key
    where
        customer_products.fold_id = 'serving'
        and {{ aisle.is_unwanted('customer_products', 'bought') }}

),

proposed as (

    select
        collection_products.collection_key,
        relevances.customer_key,
        relevances.product_key,
        relevances.strategy,
        relevances.score,
        relevances.personal_share > 0 as is_personal,
        relevances.relevance * effects.multiplier as weight,
        relevances.popularity_rank,
        effects.removed_by_rule_id is null
        and (relevances.rule_mask & kept_out.rule_mask) = 0 as is_kept
    from relevances
    inner join collection_products
        on relevances.product_key = collection_products.product_key
    inner join effects
        on relevances.rule_mask = effects.rule_mask
    cross join kept_out

),

-- What was proposed has met every rule; what was not meets those about products.
filling as (

    select
        offered.collection_key,
        readers.customer_key,
        offered.product_key,
        offered.popularity_rank
    from readers
    cross join offered
    left join proposed
        on
            offered.collection_key = proposed.collection_key
            and readers.customer_key = proposed.customer_key
            and offered.product_key = proposed.product_key
    left join unwanted
        on
            readers.customer_key = unwanted.customer_key
            and offered.product_key = unwanted.product_key
    where
        offered.place <= {{ fillers }}
        and proposed.product_key is null
        and unwanted.product_key is null
        and not exists (
            select 1
            from exclusions
            where
                offered.product_key = exclusions.product_key
                and coalesce(readers.segment = exclusions.segment, true)
                and coalesce(readers.region = exclusions.region, true)
        )

),

queued as (

    select
        collection_key,
        customer_key,
        product_key,
        strategy,
        score,
        is_personal,
        weight,
        popularity_rank,
        1 as tier
    from proposed
    where is_kept
    union all
    select
        collection_key,
        customer_key,
        product_key,
        'popularity' as strategy,
        cast(null as double) as score,
        false as is_personal,
        cast(null as double) as weight,
        popularity_rank,
        2 as tier
    from filling

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ aisle.list_number('collection_key', 'customer_key') }}
            order by
                tier asc nulls last,
                weight desc nulls last,
                popularity_rank asc
        ) as slot
    from queued

),

names as (

    select distinct
        collection_key,
        collection_id
    from collection_products

),

final as (

    select
        names.collection_id,
        nullif(ranked.customer_key, -1) as customer_key,
        ranked.product_key,
        ranked.strategy,
        ranked.score,
        ranked.is_personal,
        cast(ranked.slot as integer) as slot
    from ranked
    inner join names
        on ranked.collection_key = names.collection_key
    where ranked.slot <= {{ list_length }}

)

select * from final
