{{ config(materialized='view') }}

with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}

),

unseen as (

    select * from {{ ref('int_folds__unseen_customers') }}

),

shown as (

    select * from {{ ref('int_folds__shown_histories') }}

),

final as (

    select
        folds.fold_id,
        folds.fold_key,
        interactions.interaction_key,
        interactions.customer_key,
        unseen.customer_key as unseen_customer_key,
        interactions.product_key,
        interactions.basket_key,
        interactions.purchase_key,
        interactions.interaction_type,
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
    left join unseen
        on interactions.customer_key = unseen.customer_key
    left join shown
        on
            folds.fold_id = shown.fold_id
            and interactions.customer_key = shown.customer_key
    where
        coalesce(interactions.occurred_at >= folds.history_starts_at, true)
        and coalesce(interactions.occurred_at >= shown.starts_at, true)

)

select * from final
