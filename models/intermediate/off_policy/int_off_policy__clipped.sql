with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}
    where
        is_clicked
        and propensity is not null

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

targets as (

    select * from {{ ref('int_off_policy__targets') }}

),

listed as (

    select * from {{ ref('int_off_policy__listed') }}
    where
        is_clicked
        and weight > 0

),

-- Row by row, since each weight is cut on its own; only clicks count.
weighted as (

    select
        logs.log_key,
        targets.target_kind,
        targets.target,
        least(
            targets.probability / impressions.propensity, {{ var('off_policy_clip') }}
        ) as weight
    from impressions
    inner join logs
        on
            impressions.experiment_id = logs.experiment_id
            and impressions.placement = logs.placement
            and impressions.policy = logs.policy
    inner join targets
        on
            impressions.experiment_id = targets.experiment_id
            and impressions.placement = targets.placement
            and impressions.slot = targets.slot
            and impressions.product_id = targets.product_id
    union all
    select
        log_key,
        target_kind,
        target,
        least(weight, {{ var('off_policy_clip') }}) as weight
    from listed

),

final as (

    select
        log_key,
        target_kind,
        target,
        {{ aisle.exact_wide_sum('weight') }} as clicked_weight
    from weighted
    group by log_key, target_kind, target

)

select * from final
