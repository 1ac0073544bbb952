with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('serving', 'test', 'validation')

),

orders as (

    select * from {{ ref('int_features__orders') }}
    where unseen_customer_key is null

),

holdout_orders as (

    select * from {{ ref('int_folds__holdout_orders') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where has_history

),

products as (

    select * from {{ ref('int_folds__products') }}
    where category != 'unknown'

),

bought as (

    select
        folds.fold_id,
        orders.customer_key,
        orders.product_key,
        orders.ordered_at,
        false as is_holdout
    from orders
    inner join folds
        on orders.fold_id = folds.fold_id
    union all
    select
        folds.fold_id,
        holdout_orders.customer_key,
        holdout_orders.product_key,
        holdout_orders.ordered_at,
        true as is_holdout
    from holdout_orders
    inner join folds
        on holdout_orders.fold_id = folds.fold_id
    inner join customers
        on
            holdout_orders.fold_id = customers.fold_id
            and holdout_orders.customer_key = customers.customer_key

),

-- Orders of one day and part are one decision to buy: as two they would bear each other
-- out.
counted as (

    select
        bought.fold_id,
        bought.is_holdout,
        bought.customer_key,
        {{ aisle.local_date('bought.ordered_at') }} as visit_date,
        {{ aisle.week_part('bought.ordered_at') }} as week_part,
        products.category,
        count(distinct bought.product_key) as count_products
    from bought
    inner join products
        on
            bought.fold_id = products.fold_id
            and bought.product_key = products.product_key
    group by
        bought.fold_id,
        bought.is_holdout,
        bought.customer_key,
        {{ aisle.local_date('bought.ordered_at') }},
        {{ aisle.week_part('bought.ordered_at') }},
        products.category

),

final as (

    select
        fold_id,
        is_holdout,
        customer_key,
        visit_date,
        week_part,
        category,
        cast(count_products as double) / sum(count_products) over (
            partition by fold_id, is_holdout, customer_key, visit_date, week_part
        ) as share
    from counted

)

select * from final
