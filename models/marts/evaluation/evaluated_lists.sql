with

lists as (

    select * from {{ ref('int_evaluation__lists') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test')

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

final as (

    select
        lists.fold_id,
        folds.fold_role,
        lists.strategy,
        lists.scenario_id,
        lists.task,
        customers.customer_id,
        products.product_id,
        lists.rank
    from lists
    inner join folds
        on lists.fold_id = folds.fold_id
    inner join customers
        on
            lists.fold_id = customers.fold_id
            and lists.customer_key = customers.customer_key
    inner join products
        on lists.product_key = products.product_key

)

select * from final
