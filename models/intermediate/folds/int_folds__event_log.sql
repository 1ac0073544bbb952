{{ config(materialized='view') }}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

final as (

    select
        interactions.interaction_id,
        interactions.customer_id,
        interactions.session_id,
        interactions.order_id,
        interactions.product_id,
        interactions.purchase_interaction_id,
        interactions.interaction_type,
        interactions.channel,
        interactions.quantity,
        interactions.unit_price,
        interactions.quantity * interactions.unit_price as revenue,
        interactions.rating,
        interactions.dwell_seconds,
        interactions.occurred_at
    from interactions
    inner join folds
        on interactions.occurred_at < folds.cutoff_at

)

select * from final
