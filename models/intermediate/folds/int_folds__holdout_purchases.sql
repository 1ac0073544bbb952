with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}
    where customer_key is not null

),

products as (

    select * from {{ ref('int_folds__products') }}

),

purchases as (

    select
        folds.fold_id,
        folds.holdout_starts_at,
        folds.holdout_ends_at,
        interactions.*
    from folds
    inner join interactions
        on
            folds.holdout_starts_at <= interactions.occurred_at
            and folds.holdout_ends_at > interactions.occurred_at
    where interactions.interaction_type = 'purchase'

),

returned as (

    select
        purchases.fold_id,
        purchases.interaction_key,
        {{ aisle.exact_sum('interactions.quantity') }} as quantity
    from purchases
    inner join interactions
        on purchases.interaction_key = interactions.purchase_key
    where
        interactions.interaction_type = 'return'
        and interactions.occurred_at < purchases.holdout_ends_at
    group by purchases.fold_id, purchases.interaction_key

),

net as (

    select
        purchases.fold_id,
        purchases.customer_key,
        purchases.product_key,
        purchases.basket_key,
        purchases.unit_price,
        cast(
            floor({{ aisle.elapsed_days(
                'purchases.holdout_starts_at', 'purchases.occurred_at'
            ) }} / 7) as integer
        ) + 1 as holdout_week,
        purchases.quantity - coalesce(returned.quantity, 0) as quantity
    from purchases
    left join returned
        on
            purchases.fold_id = returned.fold_id
            and purchases.interaction_key = returned.interaction_key

),

kept as (

    select
        fold_id,
        customer_key,
        product_key,
        {{ aisle.exact_sum('quantity') }} as quantity,
        {{ aisle.exact_sum('quantity * coalesce(unit_price, 0)') }} as revenue,
        count(distinct basket_key) as count_orders,
        min(holdout_week) as holdout_week
    from net
    where quantity > 0
    group by fold_id, customer_key, product_key

),

final as (

    select
        kept.fold_id,
        kept.customer_key,
        kept.product_key,
        products.product_key is not null as is_known_product,
        kept.quantity,
        kept.revenue,
        kept.revenue - kept.quantity * products.unit_cost as margin,
        kept.count_orders,
        kept.holdout_week
    from kept
    left join products
        on
            kept.fold_id = products.fold_id
            and kept.product_key = products.product_key

)

select * from final
