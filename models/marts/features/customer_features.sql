with

customers as (

    select * from {{ ref('int_features__customers') }}

),

categories as (

    select * from {{ ref('int_features__customer_categories') }}
    where rank = 1

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where count_orders > 0

),

products as (

    select * from {{ ref('int_folds__products') }}

),

recent as (

    select
        fold_id,
        customer_key,
        product_key,
        row_number() over (
            partition by fold_id, customer_key
            order by last_purchase_age_days asc, revenue desc, product_key asc
        ) as recency
    from customer_products

),

last_purchases as (

    select
        recent.fold_id,
        recent.customer_key,
        {{ aisle.string_list('coalesce(products.title, products.product_id)') }}
            as last_purchases
    from recent
    inner join products
        on
            recent.fold_id = products.fold_id
            and recent.product_key = products.product_key
    where recent.recency <= 3
    group by recent.fold_id, recent.customer_key

),

final as (

    select
        customers.fold_id,
        customers.customer_id,
        customers.region,
        coalesce(categories.category, 'unknown') as main_category,
        last_purchases.last_purchases,
        cast(customers.count_events as bigint) as count_events,
        cast(customers.count_orders as bigint) as count_orders,
        cast(customers.count_products_bought as bigint) as count_products_bought,
        cast(customers.count_products_rebought as bigint) as count_products_rebought,
        cast(customers.count_views as bigint) as count_views,
        cast(customers.count_carts as bigint) as count_carts,
        cast(customers.revenue as double) as revenue,
        cast(customers.average_basket_size as double) as average_basket_size,
        cast(customers.average_price as double) as average_price,
        cast(customers.price_affinity as double) as price_affinity,
        cast(coalesce(categories.affinity, 0) as double) as main_category_affinity,
        cast(customers.typical_interval_days as double) as typical_interval_days,
        cast(customers.last_order_age_days as double) as last_order_age_days,
        cast(customers.first_event_age_days as double) as first_event_age_days,
        cast(customers.last_event_age_days as double) as last_event_age_days
    from customers
    left join categories
        on
            customers.fold_id = categories.fold_id
            and customers.customer_key = categories.customer_key
    left join last_purchases
        on
            customers.fold_id = last_purchases.fold_id
            and customers.customer_key = last_purchases.customer_key

)

select * from final
