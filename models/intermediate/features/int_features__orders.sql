with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        customer_key is not null
        and interaction_type in ('purchase', 'return')

),

folds as (

    select * from {{ ref('folds') }}

),

purchases as (

    select * from interactions
    where interaction_type = 'purchase'

),

-- Only returns made before the cutoff are in these rows: a later one changes nothing
-- here.
returned as (

    select
        fold_key,
        purchase_key,
        {{ aisle.exact_sum('quantity') }} as quantity
    from interactions
    where
        interaction_type = 'return'
        and purchase_key is not null
    group by fold_key, purchase_key

),

net as (

    select
        purchases.fold_key,
        purchases.customer_key,
        purchases.unseen_customer_key,
        purchases.product_key,
        purchases.basket_key,
        purchases.unit_price,
        purchases.age_days,
        purchases.occurred_at,
        purchases.quantity - coalesce(returned.quantity, 0) as quantity
    from purchases
    left join returned
        on
            purchases.fold_key = returned.fold_key
            and purchases.interaction_key = returned.purchase_key

),

orders as (

    select
        fold_key,
        customer_key,
        unseen_customer_key,
        product_key,
        basket_key,
        {{ aisle.exact_sum('quantity') }} as quantity,
        {{ aisle.exact_sum('quantity * coalesce(unit_price, 0)') }} as revenue,
        min(age_days) as age_days,
        max(occurred_at) as ordered_at
    from net
    where quantity > 0
    group by fold_key, customer_key, unseen_customer_key, product_key, basket_key

),

spaced as (

    select
        *,
        lag(age_days) over (
            partition by fold_key, customer_key, product_key
            order by age_days desc, basket_key asc
        ) - age_days as interval_days
    from orders

),

final as (

    select
        folds.fold_id,
        spaced.customer_key,
        spaced.unseen_customer_key,
        spaced.product_key,
        spaced.basket_key,
        spaced.quantity,
        spaced.revenue,
        spaced.age_days,
        spaced.interval_days,
        spaced.ordered_at
    from spaced
    inner join folds
        on spaced.fold_key = folds.fold_key

)

select * from final
