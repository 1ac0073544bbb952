{#- `effect`: a check that fails either suppresses the verdict or stands beside it. -#}
{%- set least_days = aisle.checked_var('experiment_min_days') -%}

with

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

variants as (

    select * from {{ ref('int_experiments__variants') }}

),

units as (

    select * from {{ ref('int_experiments__units') }}

),

ratios as (

    select * from {{ ref('int_experiments__ratios') }}

),

estimates as (

    select * from {{ ref('int_experiments__estimates') }}
    where
        looked_on is null
        and segment_type = 'all'
        and basis = 'assigned'
        and metric in ('visit_rate', 'orders_per_customer', 'revenue_per_customer')

),

served_checks as (

    select * from {{ ref('int_experiments__served_checks') }}

),

calendar_events as (

    select * from {{ ref('calendar_events') }}

),

contaminated as (

    select
        experiment_id,
        count(*) as count_customers,
        count(case when count_variants > 1 then 1 end) as count_contaminated
    from units
    group by experiment_id

),

entered as (

    select
        experiment_id,
        variant,
        count(*) as count_assigned,
        count(exposed_at) as count_exposed
    from units
    group by experiment_id, variant

),

-- A planned variant that nobody is in, or one that nobody was shown while others were.
unseen as (

    select
        variants.experiment_id,
        count(*) as count_variants,
        count(case
            when
                entered.count_assigned is null
                or (
                    entered.count_exposed = 0
                    and runs.count_exposed > 0
                    and variants.variant != 'holdout'
                )
                then 1
        end) as count_unseen
    from variants
    inner join runs
        on variants.experiment_id = runs.experiment_id
    left join entered
        on
            variants.experiment_id = entered.experiment_id
            and variants.variant = entered.variant
    where runs.count_assigned > 0
    group by variants.experiment_id

),

-- Each variant's customers had the same past, if chance alone chose them.
pasts as (

    select
        experiment_id,
        variant,
        metric,
        count_customers,
        covariate_total / count_customers as past,
        {{ aisle.standard_error(
            'count_customers', 'covariate_total', 'covariate_squares'
        ) }} as past_error
    from estimates

),

widest as (

    select
        base.experiment_id,
        base.metric,
        count(*) as count_pairs,
        max(
            abs(compared.past - base.past)
            / nullif(
                sqrt(
                    base.past_error * base.past_error
                    + compared.past_error * compared.past_error
                ),
                0
            )
        ) as z
    from pasts as base
    inner join pasts as compared
        on
            base.experiment_id = compared.experiment_id
            and base.metric = compared.metric
            and base.variant < compared.variant
    group by base.experiment_id, base.metric

),

disturbed as (

    select
        runs.experiment_id,
        count(calendar_events.event_id) as count_events,
        count(case when calendar_events.effect = 'invalidates' then 1 end)
            as count_invalidating,
        {{ aisle.string_list('calendar_events.event_id') }} as events
    from runs
    inner join calendar_events
        on
            {{ aisle.utc_midnight('calendar_events.starts_on') }}
            < least(runs.ends_at, runs.horizon_at)
            and calendar_events.ends_on >= {{ aisle.local_date('runs.starts_at') }}
    group by runs.experiment_id

),

checked as (

    select
        experiment_id,
        'has_started' as check_name,
        'suppresses' as effect,
        count_assigned as value,
        1 as threshold,
        cast(null as double) as p_value,
        count_assigned > 0 as is_passed
    from runs
    where
        count_assigned > 0
        or starts_on < {{ aisle.local_date('cutoff_at') }}
    union all
    select
        experiment_id,
        'has_impressions' as check_name,
        'flags' as effect,
        count_exposed as value,
        1 as threshold,
        cast(null as double) as p_value,
        count_exposed > 0 as is_passed
    from runs
    where count_assigned > 0
    union all
    select
        experiment_id,
        'minimum_run' as check_name,
        'flags' as effect,
        run_days as value,
        {{ least_days }} as threshold,
        cast(null as double) as p_value,
        run_days >= {{ least_days }} as is_passed
    from runs
    where count_assigned > 0
    union all
    select
        experiment_id,
        case
            when basis = 'assigned' then 'sample_ratio_assigned'
            else 'sample_ratio_exposed'
        end as check_name,
        'suppresses' as effect,
        chi_square as value,
        cast(null as double) as threshold,
        p_value,
        p_value >= 0.001 as is_passed
    from ratios
    union all
    select
        experiment_id,
        'one_variant_each' as check_name,
        case
            when count_contaminated > 0.01 * count_customers then 'suppresses'
            else 'flags'
        end as effect,
        count_contaminated as value,
        0 as threshold,
        cast(null as double) as p_value,
        count_contaminated = 0 as is_passed
    from contaminated
    union all
    select
        experiment_id,
        'every_variant_seen' as check_name,
        'flags' as effect,
        count_unseen as value,
        0 as threshold,
        cast(null as double) as p_value,
        count_unseen = 0 as is_passed
    from unseen
    union all
    select
        experiment_id,
        case metric
            when 'visit_rate' then 'balance_visits'
            when 'orders_per_customer' then 'balance_orders'
            else 'balance_revenue'
        end as check_name,
        'flags' as effect,
        z as value,
        cast(null as double) as threshold,
        least(2 * count_pairs * (1 - {{ aisle.normal_cdf('z') }}), 1) as p_value,
        2 * count_pairs * (1 - {{ aisle.normal_cdf('z') }}) >= 0.001 as is_passed
    from widest
    where z is not null
    union all
    select
        runs.experiment_id,
        'usual_days' as check_name,
        case
            when disturbed.count_invalidating > 0 then 'suppresses'
            else 'flags'
        end as effect,
        coalesce(disturbed.count_events, 0) as value,
        0 as threshold,
        cast(null as double) as p_value,
        disturbed.count_events is null as is_passed
    from runs
    left join disturbed
        on runs.experiment_id = disturbed.experiment_id
    where runs.count_assigned > 0

),

final as (

    select
        checked.experiment_id,
        checked.check_name,
        checked.effect,
        disturbed.events as detail,
        cast(checked.value as double) as value,
        cast(checked.threshold as double) as threshold,
        cast(checked.p_value as double) as p_value,
        checked.is_passed,
        cast(null as timestamp) as changed_at
    from checked
    left join disturbed
        on
            checked.experiment_id = disturbed.experiment_id
            and checked.check_name = 'usual_days'
    union all
    select
        experiment_id,
        check_name,
        effect,
        detail,
        value,
        threshold,
        cast(null as double) as p_value,
        is_passed,
        changed_at
    from served_checks

)

select * from final
