with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

champions as (

    select * from {{ ref('int_ranking__champions') }}
    where placement = 'home'

),

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        scenario_id = 'relevance_only'
        and task = 'all'
        and rank <= 10

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where has_history

),

orders as (

    select * from {{ ref('int_folds__holdout_orders') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

champion_lists as (

    select lists.*
    from lists
    inner join champions
        on lists.strategy = champions.strategy

),

-- A product counts in each week that it is bought in: of first purchases alone the
-- later weeks would have what is bought seldom.
bought as (

    select distinct
        orders.fold_id,
        orders.customer_key,
        orders.product_key,
        orders.holdout_week
    from folds
    inner join orders
        on folds.fold_id = orders.fold_id
    inner join customers
        on
            orders.fold_id = customers.fold_id
            and orders.customer_key = customers.customer_key
    where orders.holdout_week <= 4

),

final as (

    select
        bought.fold_id,
        bought.customer_key,
        bought.product_key,
        bought.holdout_week,
        coalesce(products.category, 'unknown') as category,
        champion_lists.product_key is not null as is_found
    from bought
    left join champion_lists
        on
            bought.fold_id = champion_lists.fold_id
            and bought.customer_key = champion_lists.customer_key
            and bought.product_key = champion_lists.product_key
    left join products
        on
            bought.fold_id = products.fold_id
            and bought.product_key = products.product_key

)

select * from final
