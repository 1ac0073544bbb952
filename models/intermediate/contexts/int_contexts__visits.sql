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

gift_products as (

    select * from {{ ref('int_contexts__gift_products') }}

),

gift_days as (

    select * from {{ ref('int_contexts__gift_days') }}

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

dated as (

    select
        bought.fold_id,
        bought.is_holdout,
        bought.customer_key,
        bought.product_key,
        products.category,
        {{ aisle.local_date('bought.ordered_at') }} as visit_date,
        {{ aisle.week_part('bought.ordered_at') }} as week_part
    from bought
    inner join products
        on
            bought.fold_id = products.fold_id
            and bought.product_key = products.product_key

),

gift_folds as (

    select distinct fold_id
    from gift_products

),

-- What marks a present is there by definition, and shows nothing.
situated as (

    select
        'time_of_week' as test_id,
        fold_id,
        is_holdout,
        customer_key,
        product_key,
        category,
        visit_date,
        week_part as situation
    from dated
    union all
    select
        'gift_intent' as test_id,
        dated.fold_id,
        dated.is_holdout,
        dated.customer_key,
        dated.product_key,
        dated.category,
        dated.visit_date,
        case when gift_days.gift_date is null then 'own' else 'gift' end as situation
    from dated
    inner join gift_folds
        on dated.fold_id = gift_folds.fold_id
    left join gift_days
        on
            dated.fold_id = gift_days.fold_id
            and dated.is_holdout = gift_days.is_holdout
            and dated.customer_key = gift_days.customer_key
            and dated.visit_date = gift_days.gift_date
    left join gift_products
        on
            dated.fold_id = gift_products.fold_id
            and dated.product_key = gift_products.product_key
    where gift_products.product_key is null

),

-- Orders of one day and situation are one decision to buy: as two they would bear each
-- other out.
counted as (

    select
        test_id,
        fold_id,
        is_holdout,
        customer_key,
        visit_date,
        situation,
        category,
        count(distinct product_key) as count_products
    from situated
    group by
        test_id,
        fold_id,
        is_holdout,
        customer_key,
        visit_date,
        situation,
        category

),

final as (

    select
        test_id,
        fold_id,
        is_holdout,
        customer_key,
        visit_date,
        situation,
        category,
        cast(count_products as double) / sum(count_products) over (
            partition by
                test_id, fold_id, is_holdout, customer_key, visit_date, situation
        ) as share
    from counted

)

select * from final
