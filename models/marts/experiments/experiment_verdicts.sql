{%- set least_days = aisle.checked_var('experiment_min_days') -%}
{%- set least_customers = 30 -%}
{%- set metrics = aisle.experiment_metrics() -%}
{%- set guardrails = metrics | selectattr('is_guardrail') | map(attribute='name') -%}
{%- set lower_is_better = metrics | rejectattr('direction', 'equalto', 1)
    | map(attribute='name') | list -%}

with

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

variants as (

    select * from {{ ref('int_experiments__variants') }}

),

checks as (

    select * from {{ ref('int_experiments__checks') }}
    where not is_passed

),

differences as (

    select
        *,
        case
            when metric in ({{ aisle.text_list(lower_is_better) }}) then -1
            else 1
        end as direction
    from {{ ref('variant_differences') }}
    where
        segment_type = 'all'
        and is_against_control
        and is_main_basis

),

controls as (

    select * from variants
    where is_control

),

compared as (

    select
        controls.experiment_id,
        controls.variant as base_variant,
        variants.variant
    from controls
    inner join variants
        on controls.experiment_id = variants.experiment_id
    where not variants.is_control

),

-- What the customers did before makes an interval narrower, never a difference larger.
methods as (

    select
        differences.*,
        row_number() over (
            partition by
                differences.experiment_id, differences.variant, differences.metric
            order by
                case when differences.method = 'cuped' then 0 else 1 end asc nulls last
        ) as preference
    from differences
    inner join runs
        on
            differences.experiment_id = runs.experiment_id
            and differences.metric = runs.primary_metric

),

ranked as (

    select
        *,
        row_number() over (
            partition by experiment_id
            order by p_value asc nulls last, variant asc nulls last
        ) as position,
        count(p_value) over (partition by experiment_id) as count_comparisons
    from methods
    where preference = 1

),

primaries as (

    select
        *,
        {{ aisle.holm(
            'p_value', 'position', 'count_comparisons', 'experiment_id'
        ) }} as p_value_variants
    from ranked

),

worse as (

    select
        experiment_id,
        variant,
        {{ aisle.string_list('metric') }} as failed_guardrails
    from differences
    where
        metric in ({{ aisle.text_list(guardrails | list) }})
        and method = 'unadjusted'
        and case when direction = 1 then ci_high < 0 else ci_low > 0 end
    group by experiment_id, variant

),

-- A holdout that is shown nothing has no clicks to be judged by.
measured as (

    select distinct
        experiment_id,
        variant
    from differences
    where p_value is not null

),

failed as (

    select
        experiment_id,
        {{ aisle.string_list(
            "case when effect = 'suppresses' then check_name end"
        ) }} as suppressing_checks,
        {{ aisle.string_list("case when effect = 'flags' then check_name end") }}
            as flagged_checks
    from checks
    group by experiment_id

),

judged as (

    select
        compared.experiment_id,
        compared.base_variant,
        compared.variant,
        runs.description,
        runs.primary_metric,
        primaries.method,
        primaries.difference,
        primaries.ci_low,
        primaries.ci_high,
        primaries.lift,
        primaries.p_value_variants as p_value,
        primaries.base_customers,
        primaries.count_customers,
        primaries.base_orders,
        primaries.count_orders,
        primaries.has_too_few_orders,
        worse.failed_guardrails,
        failed.suppressing_checks,
        failed.flagged_checks,
        runs.run_days,
        runs.is_over,
        runs.starts_at,
        runs.horizon_at,
        case
            when runs.count_assigned = 0 then 'not_started'
            when
                failed.suppressing_checks is not null
                and failed.suppressing_checks != ''
                then 'invalid'
            when runs.run_days < {{ least_days }} and not runs.is_over then 'too_early'
            when primaries.variant is null and measured.variant is not null
                then 'not_measured'
            when
                primaries.p_value_variants is null
                or primaries.base_customers < {{ least_customers }}
                or primaries.count_customers < {{ least_customers }}
                then 'too_early'
            when primaries.p_value_variants >= 0.05 then 'no_difference'
            when primaries.difference * primaries.direction < 0 then 'worse'
            when worse.failed_guardrails is not null then 'guardrail_failed'
            else 'better'
        end as verdict
    from compared
    inner join runs
        on compared.experiment_id = runs.experiment_id
    left join primaries
        on
            compared.experiment_id = primaries.experiment_id
            and compared.variant = primaries.variant
    left join worse
        on
            compared.experiment_id = worse.experiment_id
            and compared.variant = worse.variant
    left join measured
        on
            compared.experiment_id = measured.experiment_id
            and compared.variant = measured.variant
    left join failed
        on compared.experiment_id = failed.experiment_id

),

final as (

    select
        experiment_id,
        base_variant,
        variant,
        description,
        verdict,
        primary_metric,
        method,
        nullif(suppressing_checks, '') as suppressing_checks,
        nullif(flagged_checks, '') as flagged_checks,
        failed_guardrails,
        cast(difference as double) as difference,
        cast(ci_low as double) as ci_low,
        cast(ci_high as double) as ci_high,
        cast(lift as double) as lift,
        cast(p_value as double) as p_value,
        cast(base_customers as bigint) as base_customers,
        cast(count_customers as bigint) as count_customers,
        cast(base_orders as bigint) as base_orders,
        cast(count_orders as bigint) as count_orders,
        cast(run_days as integer) as run_days,
        coalesce(has_too_few_orders, true) as has_too_few_orders,
        coalesce(run_days < 2 * {{ least_days }}, true) and not is_over
            as is_provisional,
        starts_at,
        horizon_at
    from judged

)

select * from final
