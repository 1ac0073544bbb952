{%- set least = aisle.checked_var('cohort_min_customers') -%}
{%- set monthly_cost = aisle.checked_var('recommendation_cost_per_month') -%}
{%- set arms = {'treated': "variant != 'holdout'", 'holdout': "variant = 'holdout'"} -%}

with

margins as (

    select * from {{ ref('int_monitoring__holdout_margins') }}

),

invalid as (

    select
        experiment_id,
        {{ aisle.string_list('check_name') }} as failed_checks
    from {{ ref('int_experiments__checks') }}
    where not is_passed and effect = 'suppresses'
    group by experiment_id

),

summed as (

    select
        experiment_id,
        {% for arm, condition in arms.items() -%}
            {{ aisle.error_sums(
                'case when ' ~ condition ~ ' then margin end', arm
            ) }},
        {% endfor -%}
        {{ aisle.exact_sum('revenue') }} as revenue,
        {{ aisle.exact_sum('uncosted_revenue') }} as uncosted_revenue,
        min(assigned_at) as started_at,
        max(counted_until) as counted_until
    from margins
    group by experiment_id

),

averaged as (

    select
        summed.*,
        invalid.failed_checks,
        {% for arm in arms -%}
            summed.total_{{ arm }} / nullif(summed.count_{{ arm }}, 0)
                as {{ arm }}_margin,
            {{ aisle.standard_error(
                'summed.count_' ~ arm, 'summed.total_' ~ arm, 'summed.squares_' ~ arm
            ) }} as {{ arm }}_error,
        {% endfor -%}
        summed.uncosted_revenue / nullif(summed.revenue, 0) as uncosted_rate,
        {{ aisle.elapsed_days('summed.started_at', 'summed.counted_until') }}
            as count_days
    from summed
    left join invalid
        on summed.experiment_id = invalid.experiment_id

),

judged as (

    select
        *,
        case
            when failed_checks is not null
                then concat_ws('', 'experiment is invalid: ', failed_checks)
            when count_holdout = 0 then 'no variant named holdout'
            when count_treated = 0 then 'nobody outside the holdout'
            when count_holdout < {{ least }} or count_treated < {{ least }}
                then 'too few customers'
            when revenue = 0 then 'no purchases since the assignment'
            when uncosted_rate > {{ aisle.uncosted_limit() }}
                then 'costs of products are not known'
        end as refused_because
    from averaged

),

-- Nobody's chance to buy is longer in one arm: all are counted from their assignment to
-- the end or as-of, and when that was does not depend on the arm.
compared as (

    select
        *,
        case when refused_because is null then treated_margin - holdout_margin end
            as difference,
        {{ aisle.normal_quantile() }} * sqrt(
            treated_error * treated_error + holdout_error * holdout_error
        ) as half_width,
        -- A month is a twelfth of a year.
        case
            when refused_because is null
                then {{ monthly_cost }} * count_days * 12 / 365.25e0
        end as cost
    from judged

),

final as (

    select
        experiment_id,
        refused_because,
        cast(case when refused_because is null then treated_margin end as double)
            as treated_margin,
        cast(case when refused_because is null then holdout_margin end as double)
            as holdout_margin,
        cast(difference as double) as difference,
        cast(difference - half_width as double) as ci_low,
        cast(difference + half_width as double) as ci_high,
        cast(difference * count_treated as double) as incremental_margin,
        cast((difference - half_width) * count_treated as double)
            as incremental_margin_ci_low,
        cast((difference + half_width) * count_treated as double)
            as incremental_margin_ci_high,
        cast(cost as double) as cost,
        cast(difference * count_treated - cost as double) as net_margin,
        cast((difference - half_width) * count_treated - cost as double)
            as net_margin_ci_low,
        cast((difference + half_width) * count_treated - cost as double)
            as net_margin_ci_high,
        cast(
            (difference * count_treated - cost) / nullif(cost, 0) as double
        ) as return_on_investment,
        cast(uncosted_rate as double) as uncosted_rate,
        cast(count_treated as bigint) as count_treated,
        cast(count_holdout as bigint) as count_holdout,
        cast(count_days as double) as count_days,
        started_at
    from compared

)

select * from final
