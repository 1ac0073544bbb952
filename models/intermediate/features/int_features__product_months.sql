with

orders as (

    select * from {{ ref('int_features__orders') }}
    where unseen_customer_key is null

),

products as (

    select * from {{ ref('int_folds__products') }}

),

dated as (

    select
        fold_id,
        product_key,
        {{ aisle.local_date('ordered_at') }} as ordered_on,
        cast(
            extract(month from {{ aisle.local_time('ordered_at') }}) as integer
        ) as month
    from orders

),

monthly as (

    select
        fold_id,
        product_key,
        month,
        count(*) as count_orders
    from dated
    group by fold_id, product_key, month

),

totals as (

    select
        fold_id,
        product_key,
        count(*) as count_orders,
        min(ordered_on) as first_ordered_on
    from dated
    group by fold_id, product_key

),

days as (

    select
        fold_id,
        ordered_on,
        month,
        count(*) as count_orders
    from dated
    group by fold_id, ordered_on, month

),

-- The shop's orders from a day on, by month of the year: what is new is held against
-- the months that it has been there, not against a history without it.
shop as (

    select
        days.fold_id,
        days.ordered_on as since,
        months.number as month,
        sum(case when days.month = months.number then days.count_orders else 0 end)
            over onwards as count_orders_month,
        sum(days.count_orders) over onwards as count_orders
    from days
    cross join {{ aisle.numbers(12) }} as months
    window onwards as (
        partition by days.fold_id, months.number
        order by days.ordered_on desc
        rows between unbounded preceding and current row
    )

),

-- The product's share of its orders in the month against the shop's share in that
-- month, since the product was first ordered: 1 is no season, 2 twice its usual; one
-- expected order of each is added against noise.
final as (

    select
        monthly.fold_id,
        products.product_id,
        monthly.product_key,
        monthly.month,
        monthly.count_orders,
        (monthly.count_orders + 1)
        / (totals.count_orders * shop.count_orders_month / shop.count_orders + 1)
            as seasonal_index
    from monthly
    inner join totals
        on
            monthly.fold_id = totals.fold_id
            and monthly.product_key = totals.product_key
    inner join shop
        on
            totals.fold_id = shop.fold_id
            and totals.first_ordered_on = shop.since
            and monthly.month = shop.month
    inner join products
        on
            monthly.fold_id = products.fold_id
            and monthly.product_key = products.product_key

)

select * from final
