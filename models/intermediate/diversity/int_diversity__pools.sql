with

contenders as (

    select * from {{ ref('int_rules__contenders') }}

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}
    where
        diversity != 'none'
        and diversity_lambda < 1

),

folds as (

    select * from {{ ref('folds') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

means as (

    select * from {{ ref('int_similarity__mixed_means') }}

),

pooled as (

    select
        contexts.fold_id,
        folds.fold_key,
        contexts.diversity,
        contexts.diversity_lambda,
        contenders.list_key,
        contenders.customer_key,
        cast(contenders.product_key as integer) as product_key,
        contenders.personal_place,
        contenders.final_score as queue_score,
        products.category
    from contenders
    inner join contexts
        on contenders.context_key = contexts.context_key
    inner join folds
        on contexts.fold_id = folds.fold_id
    inner join products
        on
            contexts.fold_id = products.fold_id
            and contenders.product_key = products.product_key
    where
        contenders.removed_by_rule_id is null
        and contenders.pinned_slot is null
        and not contenders.is_held_back
        and contenders.personal_place <= {{ var('reranked_candidates') }}

),

ends as (

    select
        *,
        min(queue_score) over (partition by list_key) as least_score,
        max(queue_score) over (partition by list_key) as most_score
    from pooled

),

final as (

    select
        ends.fold_id,
        ends.fold_key,
        ends.diversity,
        ends.diversity_lambda,
        ends.list_key,
        ends.customer_key,
        ends.product_key,
        ends.category,
        coalesce(own_means.category_number, 0) as category_number,
        cast(ends.personal_place as integer) as personal_place,
        ends.queue_score,
        coalesce(
            round(
                (ends.queue_score - ends.least_score)
                / nullif(ends.most_score - ends.least_score, 0),
                9
            ),
            1
        ) as scaled_score,
        coalesce(own_means.similarity, other_means.similarity, 0)
            as category_similarity,
        coalesce(other_means.similarity, 0) as other_similarity
    from ends
    left join means as own_means
        on
            ends.fold_id = own_means.fold_id
            and ends.category = own_means.mean_category
    left join means as other_means
        on
            ends.fold_id = other_means.fold_id
            and other_means.mean_category = 'any category'

)

select * from final
