with

orders as (

    select * from {{ ref('int_features__orders') }}
    where unseen_customer_key is null

),

baskets as (

    select
        fold_id,
        customer_key,
        basket_key,
        max(age_days) as age_days
    from orders
    group by fold_id, customer_key, basket_key

),

-- Two orders at one instant: the lower key is the first.
numbered as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key
            order by age_days desc, basket_key asc
        ) as order_number
    from baskets

),

first_baskets as (

    select
        *,
        count(*) over (partition by fold_id) as count_newcomers
    from numbered
    where
        order_number = 1
        and age_days <= {{ var('newcomer_days') }}

),

final as (

    select
        orders.fold_id,
        orders.product_key,
        count(*) as count_first_buyers,
        max(first_baskets.count_newcomers) as count_newcomers
    from first_baskets
    inner join orders
        on
            first_baskets.fold_id = orders.fold_id
            and first_baskets.customer_key = orders.customer_key
            and first_baskets.basket_key = orders.basket_key
    group by orders.fold_id, orders.product_key

)

select * from final
