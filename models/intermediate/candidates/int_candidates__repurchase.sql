{{ config(enabled=aisle.checked_var('is_repurchase_enabled')) }}

with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where count_orders > 0

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

scored as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        customer_products.product_key,
        customer_products.decayed_orders as score
    from customer_products
    inner join customers
        on
            customer_products.fold_id = customers.fold_id
            and customer_products.customer_key = customers.customer_key

),

{{ aisle.top_candidates(
    'scored', 'repurchase', count=var('repurchase_candidates')
) }}

select * from final
