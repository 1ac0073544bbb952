with

orders as (

    select * from {{ ref('int_folds__holdout_orders') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

summed as (

    select
        fold_id,
        customer_key,
        product_key,
        {{ aisle.exact_sum('quantity') }} as quantity,
        {{ aisle.exact_sum('revenue') }} as revenue,
        count(*) as count_orders,
        min(holdout_week) as holdout_week
    from orders
    group by fold_id, customer_key, product_key

),

final as (

    select
        summed.fold_id,
        summed.customer_key,
        summed.product_key,
        products.product_key is not null as is_known_product,
        summed.quantity,
        summed.revenue,
        summed.revenue - summed.quantity * products.unit_cost as margin,
        summed.count_orders,
        summed.holdout_week
    from summed
    left join products
        on
            summed.fold_id = products.fold_id
            and summed.product_key = products.product_key

)

select * from final
