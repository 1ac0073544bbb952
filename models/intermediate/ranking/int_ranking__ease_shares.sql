with

fused as (

    select * from {{ ref('int_ranking__fused') }}
    where
        is_ranked
        and is_personal
        and {{ aisle.in_block('customer_key') }}

),

scored as (

    select * from {{ ref('int_candidates__ease_scored') }}
    where {{ aisle.in_block('customer_key') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

known as (

    select
        fused.fold_id,
        fused.customer_key,
        fused.product_key,
        greatest(scored.score, 0) as score,
        scored.trend_score,
        greatest(scored.score, 0) * products.trend_14d as recent_score
    from fused
    inner join scored
        on
            fused.fold_id = scored.fold_id
            and fused.customer_key = scored.customer_key
            and fused.product_key = scored.product_key
    inner join products
        on
            fused.fold_id = products.fold_id
            and fused.product_key = products.product_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        score / nullif(max(score) over customer, 0) as ease_known_share,
        trend_score / nullif(max(trend_score) over customer, 0)
            as ease_known_trend_share,
        recent_score / nullif(max(recent_score) over customer, 0)
            as ease_known_recent_share
    from known
    window customer as (partition by fold_id, customer_key)

)

select * from final
