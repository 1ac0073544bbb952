with

purchases as (

    select * from {{ ref('int_features__purchases') }}
    where customer_key is not null

),

folds as (

    select * from {{ ref('folds') }}

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
    from purchases
    group by fold_key, customer_key, unseen_customer_key, product_key, basket_key

),

spaced as (

    select
        *,
        lag(age_days) over (
            partition by fold_key, customer_key, product_key
            order by age_days desc, basket_key asc
        ) - age_days as days_since_last
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
        -- Baskets of one visit, or of one evening, are no rhythm.
        case when spaced.days_since_last >= 1 then spaced.days_since_last end
            as interval_days,
        spaced.ordered_at
    from spaced
    inner join folds
        on spaced.fold_key = folds.fold_key

)

select * from final
