with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}
    where
        propensity is not null
        and is_tested

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

lists as (

    select * from {{ ref('int_off_policy__lists') }}

),

actions as (

    select * from {{ ref('int_off_policy__actions') }}

),

-- What a list does not have in the slot it is certain not to show.
final as (

    select
        logs.log_key,
        lists.target_kind,
        lists.target,
        impressions.impression_id,
        impressions.customer_id,
        impressions.product_id,
        impressions.slot,
        impressions.half,
        impressions.propensity,
        case
            when lists.product_id = impressions.product_id
                then 1 / impressions.propensity
            else 0
        end as weight,
        actions.predicted_rate,
        actions.is_drawn,
        impressions.is_clicked
    from impressions
    inner join logs
        on
            impressions.experiment_id = logs.experiment_id
            and impressions.placement = logs.placement
            and impressions.policy = logs.policy
    inner join lists
        on
            impressions.placement = lists.placement
            and impressions.customer_id = lists.customer_id
            and impressions.slot = lists.slot
    inner join actions
        on
            logs.log_key = actions.log_key
            and lists.slot = actions.slot
            and lists.product_id = actions.product_id
            and impressions.half = actions.half

)

select * from final
