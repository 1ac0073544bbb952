with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('serving', 'test', 'validation')

),

gift_products as (

    select * from {{ ref('int_contexts__gift_products') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        customer_key is not null
        and interaction_type in ('view', 'add_to_cart', 'wishlist', 'purchase')

),

holdout_looks as (

    select * from {{ ref('int_folds__holdout_looks') }}

),

holdout_orders as (

    select * from {{ ref('int_folds__holdout_orders') }}

),

events as (

    select
        folds.fold_id,
        interactions.customer_key,
        interactions.product_key,
        interactions.occurred_at,
        false as is_holdout
    from interactions
    inner join folds
        on interactions.fold_id = folds.fold_id
    union all
    select
        fold_id,
        customer_key,
        product_key,
        occurred_at,
        true as is_holdout
    from holdout_looks
    union all
    select
        folds.fold_id,
        holdout_orders.customer_key,
        holdout_orders.product_key,
        holdout_orders.ordered_at as occurred_at,
        true as is_holdout
    from holdout_orders
    inner join folds
        on holdout_orders.fold_id = folds.fold_id

),

final as (

    select distinct
        events.fold_id,
        events.is_holdout,
        events.customer_key,
        {{ aisle.local_date('events.occurred_at') }} as gift_date
    from events
    inner join gift_products
        on
            events.fold_id = gift_products.fold_id
            and events.product_key = gift_products.product_key

)

select * from final
