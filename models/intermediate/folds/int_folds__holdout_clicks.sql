with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('train', 'validation')

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}
    where
        customer_key is not null
        and interaction_type in ('view', 'add_to_cart', 'wishlist')

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where clicked_at is not null

),

customers as (

    select * from {{ ref('int_folds__customer_keys') }}

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

looked_at as (

    select
        folds.fold_id,
        interactions.customer_key,
        interactions.product_key
    from folds
    inner join interactions
        on
            folds.holdout_starts_at <= interactions.occurred_at
            and folds.holdout_ends_at > interactions.occurred_at

),

-- A click in the holdout on what was served before it is not one that a list of this
-- cutoff could have had.
clicked as (

    select
        folds.fold_id,
        customers.customer_key,
        products.product_key
    from folds
    inner join impressions
        on
            folds.holdout_starts_at <= impressions.served_at
            and folds.holdout_ends_at > impressions.clicked_at
    inner join customers
        on impressions.customer_id = customers.customer_id
    inner join products
        on impressions.product_id = products.product_id

),

clicks as (

    select * from looked_at
    union all
    select * from clicked

),

final as (

    select distinct
        fold_id,
        customer_key,
        product_key
    from clicks

)

select * from final
