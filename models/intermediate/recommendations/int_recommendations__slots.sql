with

lists as (

    select * from {{ ref('int_rules__lists') }}
    where
        fold_id = 'serving'
        and slot <= {{ var('list_length') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

final as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.placement,
        lists.customer_key,
        lists.product_key,
        customers.customer_id,
        products.product_id,
        products.title,
        products.category,
        products.price,
        products.unit_cost,
        lists.strategy,
        lists.slot,
        lists.score,
        lists.is_personal
    from lists
    inner join customers
        on
            lists.fold_id = customers.fold_id
            and lists.customer_key = customers.customer_key
    inner join products
        on
            lists.fold_id = products.fold_id
            and lists.product_key = products.product_key

)

select * from final
