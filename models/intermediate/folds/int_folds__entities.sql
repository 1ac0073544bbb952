with

customers as (

    select * from {{ ref('int_folds__customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

final as (

    select
        fold_id,
        'customer' as entity_type,
        customer_id as entity_id,
        customer_key as entity_key
    from customers
    union all
    select
        fold_id,
        'product' as entity_type,
        product_id as entity_id,
        product_key as entity_key
    from products

)

select * from final
