with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}
    where customer_key is not null

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
        {{ aisle.local_date('purchases.occurred_at') }} as order_date,
        purchases.occurred_at,
        purchases.quantity - coalesce(returned.quantity, 0) as quantity
    from purchases
    left join returned
        on
            purchases.fold_id = returned.fold_id
            and purchases.interaction_key = returned.interaction_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        basket_key,
        {{ aisle.exact_sum('quantity') }} as quantity,
        {{ aisle.exact_sum('quantity * coalesce(unit_price, 0)') }} as revenue,
        min(holdout_week) as holdout_week,
        min(order_date) as order_date,
        max(occurred_at) as ordered_at
    from net
    where quantity > 0
    group by fold_id, customer_key, product_key, basket_key

)

select * from final
