{{ config(materialized='view') }}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('test', 'validation')

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}
    where
        customer_key is not null
        and interaction_type in ('view', 'add_to_cart', 'wishlist')

),

final as (

    select
        folds.fold_id,
        interactions.interaction_key,
        interactions.customer_key,
        interactions.product_key,
        interactions.occurred_at
    from folds
    inner join interactions
        on
            folds.holdout_starts_at <= interactions.occurred_at
            and folds.holdout_ends_at > interactions.occurred_at

)

select * from final
