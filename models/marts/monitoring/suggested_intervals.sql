{#- Not below a week, which is what is measured by, and not beyond a quarter, which a
    month's line says nothing of. -#}
{%- set shortest = 7 -%}
{%- set longest = 90 -%}

with

decay as (

    select * from {{ aisle.of_full_build('int_monitoring__decay') }}
    where count_customers >= {{ aisle.checked_var('cohort_min_customers') }}

),

triggers as (

    select * from {{ ref('int_monitoring__triggers') }}
    where trigger_id = 'quality_loss'

),

-- A tenth where the trigger was taken out.
thresholds as (

    select coalesce(max(threshold), 0.1e0) as threshold
    from triggers

),

final as (

    select
        decay.category,
        case
            when decay.weekly_loss_ci_low > 0 then 'decay measured'
            when decay.weekly_loss_ci_high < thresholds.threshold * 7 / {{ longest }}
                then 'no decay that matters'
            else 'not told apart from none'
        end as verdict,
        cast(
            case
                when decay.weekly_loss_ci_low > 0
                    then least(
                        greatest(
                            7 * thresholds.threshold / decay.weekly_loss,
                            {{ shortest }}
                        ),
                        {{ longest }}
                    )
                when
                    decay.weekly_loss_ci_high
                    < thresholds.threshold * 7 / {{ longest }}
                    then {{ longest }}
            end as double
        ) as suggested_interval_days,
        cast(
            case
                when decay.weekly_loss_ci_high > 0
                    then 7 * thresholds.threshold / decay.weekly_loss_ci_high
            end as double
        ) as earliest_interval_days,
        cast(decay.first_week_rate as double) as first_week_rate,
        cast(decay.weekly_loss as double) as weekly_loss,
        cast(decay.weekly_loss_ci_low as double) as weekly_loss_ci_low,
        cast(decay.weekly_loss_ci_high as double) as weekly_loss_ci_high,
        cast(thresholds.threshold as double) as loss_threshold,
        decay.count_purchases,
        decay.count_customers
    from decay
    cross join thresholds

)

select * from final
