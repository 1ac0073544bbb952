{{ config(materialized='view') }}

with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}

),

final as (

    select
        folds.fold_id,
        folds.fold_key,
        interactions.interaction_key,
        interactions.customer_key,
        interactions.product_key,
        interactions.basket_key,
        interactions.purchase_key,
        interactions.interaction_type,
        interactions.channel,
        interactions.quantity,
        interactions.unit_price,
        interactions.rating,
        interactions.dwell_seconds,
        {{ aisle.elapsed_days('interactions.occurred_at', 'folds.cutoff_at') }}
            as age_days,
        folds.cutoff_at,
        interactions.occurred_at
    from folds
    inner join interactions
        on folds.cutoff_at > interactions.occurred_at

)

select * from final
