with

folds as (

    select * from {{ ref('folds') }}
    where history_orders is not null

),

unseen as (

    select * from {{ ref('int_folds__unseen_customers') }}

),

purchases as (

    select * from {{ ref('int_folds__interactions') }}
    where interaction_type = 'purchase'

),

orders as (

    select
        folds.fold_id,
        folds.history_orders,
        folds.cutoff_at,
        purchases.customer_key,
        purchases.basket_key,
        min(purchases.occurred_at) as ordered_at
    from folds
    inner join purchases
        on folds.cutoff_at > purchases.occurred_at
    inner join unseen
        on purchases.customer_key = unseen.customer_key
    group by
        folds.fold_id,
        folds.history_orders,
        folds.cutoff_at,
        purchases.customer_key,
        purchases.basket_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key
            order by ordered_at desc, basket_key desc
        ) as recency
    from orders

),

final as (

    select
        fold_id,
        customer_key,
        coalesce(
            min(case when recency <= history_orders then ordered_at end),
            min(cutoff_at)
        ) as starts_at
    from ranked
    group by fold_id, customer_key, history_orders
    having count(*) >= history_orders

)

select * from final
