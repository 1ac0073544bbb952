{{ config(materialized='view') }}

with

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

actions as (

    select * from {{ ref('int_off_policy__actions') }}

),

targets as (

    select * from {{ ref('int_off_policy__targets') }}

),

names as (

    select distinct
        experiment_id,
        placement,
        target_kind,
        target
    from targets

),

pairs as (

    select
        logs.log_key,
        logs.experiment_id,
        logs.placement,
        names.target_kind,
        names.target
    from logs
    inner join names
        on
            logs.experiment_id = names.experiment_id
            and logs.placement = names.placement
    where names.target_kind != 'variant' or names.target != logs.policy

),

final as (

    select
        actions.log_key,
        pairs.target_kind,
        pairs.target,
        actions.slot,
        actions.product_id,
        actions.half,
        actions.count_rows,
        actions.count_clicks,
        actions.inverse,
        actions.inverse_squares,
        actions.clicked_inverse,
        actions.clicked_inverse_squares,
        actions.least_propensity,
        actions.predicted_rate,
        coalesce(targets.probability, 0) as probability,
        coalesce(targets.count_rows, 0) as target_rows,
        coalesce(targets.count_clicks, 0) as target_clicks,
        actions.is_drawn
    from actions
    inner join pairs
        on actions.log_key = pairs.log_key
    left join targets
        on
            pairs.experiment_id = targets.experiment_id
            and pairs.placement = targets.placement
            and pairs.target_kind = targets.target_kind
            and pairs.target = targets.target
            and actions.slot = targets.slot
            and actions.product_id = targets.product_id

)

select * from final
