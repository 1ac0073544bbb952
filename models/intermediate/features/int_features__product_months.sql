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
        sum(count_orders) as count_orders
    from monthly
    group by fold_id, product_key

),

shop as (

    select
        fold_id,
        month,
        sum(count_orders) as count_orders
    from monthly
    group by fold_id, month

),

shop_totals as (

    select
        fold_id,
        sum(count_orders) as count_orders
    from shop
    group by fold_id

),

-- The product's share of its orders in the month against the shop's share in that
-- month: 1 is no season, 2 twice its usual; one expected order of each is added against
-- noise.
final as (

    select
        monthly.fold_id,
        products.product_id,
        monthly.product_key,
        monthly.month,
        monthly.count_orders,
        (monthly.count_orders + 1)
        / (totals.count_orders * shop.count_orders / shop_totals.count_orders + 1)
            as seasonal_index
    from monthly
    inner join totals
        on
            monthly.fold_id = totals.fold_id
            and monthly.product_key = totals.product_key
    inner join shop
        on
            monthly.fold_id = shop.fold_id
            and monthly.month = shop.month
    inner join shop_totals
        on monthly.fold_id = shop_totals.fold_id
    inner join products
        on
            monthly.fold_id = products.fold_id
            and monthly.product_key = products.product_key

)

select * from final
