with

customers as (

    select * from {{ ref('int_folds__customers') }}

),

folds as (

    select * from {{ ref('folds') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

orders as (

    select * from {{ ref('int_features__orders') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

baskets as (

    select
        fold_id,
        customer_key,
        basket_key,
        {{ aisle.exact_sum('revenue') }} as revenue,
        {{ aisle.exact_sum('case when revenue > 0 then quantity end') }}
            as priced_quantity,
        count(*) as count_products,
        min(age_days) as age_days
    from orders
    group by fold_id, customer_key, basket_key

),

spaced as (

    select
        fold_id,
        customer_key,
        revenue,
        priced_quantity,
        count_products,
        age_days,
        lag(age_days) over (
            partition by fold_id, customer_key
            order by age_days desc, basket_key asc
        ) - age_days as days_since_last
    from baskets

),

spending as (

    select
        fold_id,
        customer_key,
        count(*) as count_orders,
        {{ aisle.exact_sum('revenue') }} as revenue,
        {{ aisle.exact_sum('revenue') }}
        / nullif({{ aisle.exact_sum('priced_quantity') }}, 0) as average_price,
        {{ aisle.exact_avg('count_products') }} as average_basket_size,
        -- As of a product's orders: less than a day is no rhythm.
        median(case when days_since_last >= 1 then days_since_last end)
            as typical_interval_days,
        min(age_days) as last_order_age_days,
        max(age_days) as first_order_age_days
    from spaced
    group by fold_id, customer_key

),

breadth as (

    select
        fold_id,
        customer_key,
        count(*) as count_products_seen,
        count(case when count_orders > 0 then 1 end) as count_products_bought,
        count(case when count_orders > 1 then 1 end) as count_products_rebought,
        sum(count_views) as count_views,
        sum(count_carts) as count_carts
    from customer_products
    group by fold_id, customer_key

),

-- Prices count of what the customer dealt with and did not take back, heavier the more
-- it weighs: what was looked at tells a taste in price before anything is bought. Ages
-- count of what was bought: how long the shop had sold it when the customer first did.
known as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        products.relative_price,
        case
            when
                customer_products.weight > 0
                and products.relative_price is not null
                then customer_products.weight
        end as price_weight,
        case
            when
                customer_products.first_purchase_age_days is not null
                and products.first_sold_age_days is not null
                then {{ aisle.decay('customer_products.first_purchase_age_days') }}
        end as age_weight,
        ln(
            1 + greatest(
                products.first_sold_age_days
                - customer_products.first_purchase_age_days,
                0
            )
        ) as log_product_age
    from customer_products
    inner join products
        on
            customer_products.fold_id = products.fold_id
            and customer_products.product_key = products.product_key

),

tastes as (

    select
        fold_id,
        customer_key,
        {{ aisle.exact_sum('price_weight * relative_price') }}
        / nullif({{ aisle.exact_sum('price_weight') }}, 0) as price_affinity,
        round(
            exp(
                {{ aisle.exact_sum('age_weight * log_product_age', 9) }}
                / nullif({{ aisle.exact_sum('age_weight', 9) }}, 0)
            ) - 1,
            6
        ) as usual_product_age_days
    from known
    group by fold_id, customer_key

),

final as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.customer_id,
        coalesce(customers.region, 'unknown') as region,
        customers.count_events,
        coalesce(spending.count_orders, 0) as count_orders,
        breadth.count_products_seen,
        breadth.count_products_bought,
        breadth.count_products_rebought,
        cast(breadth.count_views as bigint) as count_views,
        cast(breadth.count_carts as bigint) as count_carts,
        coalesce(spending.revenue, 0) as revenue,
        spending.average_basket_size,
        spending.average_price,
        tastes.price_affinity,
        tastes.usual_product_age_days,
        spending.typical_interval_days,
        spending.last_order_age_days,
        spending.first_order_age_days,
        {{ aisle.elapsed_days('customers.first_event_at', 'folds.cutoff_at') }}
            as first_event_age_days,
        {{ aisle.elapsed_days('customers.last_event_at', 'folds.cutoff_at') }}
            as last_event_age_days
    from customers
    inner join folds
        on customers.fold_id = folds.fold_id
    left join spending
        on
            customers.fold_id = spending.fold_id
            and customers.customer_key = spending.customer_key
    left join breadth
        on
            customers.fold_id = breadth.fold_id
            and customers.customer_key = breadth.customer_key
    left join tastes
        on
            customers.fold_id = tastes.fold_id
            and customers.customer_key = tastes.customer_key

)

select * from final
