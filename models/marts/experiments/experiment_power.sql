{#- z of a two-sided test at 5 % and of a power of 80 %. -#}
{%- set reach = '(' ~ aisle.normal_quantile() ~ ' + ' ~ aisle.normal_quantile(0.8)
    ~ ')' -%}
{%- set metrics = aisle.experiment_metrics() -%}
{%- set headlines = metrics | selectattr('is_headline') | map(attribute='name') -%}

with

experiments as (

    select * from {{ ref('experiments') }}

),

variants as (

    select * from {{ ref('experiment_variants') }}

),

outcomes as (

    select * from {{ ref('int_experiments__recent_outcomes') }}

),

-- The deviation of a ratio is that of what each customer adds to it.
baselines as (

    {% for metric in metrics -%}
        {%- set y = metric.numerator -%}
        {%- set d = metric.denominator or '1' -%}
        select
            '{{ metric.name }}' as metric,
            count(*) as count_listed,
            {{ aisle.exact_sum(y, 4) }} / nullif({{ aisle.exact_sum(d, 4) }}, 0)
                as baseline,
            {{ aisle.ratio_standard_error(
                'count(*)',
                aisle.exact_sum(y, 4),
                aisle.exact_sum(d, 4),
                aisle.exact_wide_sum(y ~ ' * ' ~ y),
                aisle.exact_wide_sum(d ~ ' * ' ~ d),
                aisle.exact_wide_sum(y ~ ' * ' ~ d)
            ) }} * sqrt(count(*)) as deviation
        from outcomes
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

controls as (

    select
        experiments.experiment_id,
        experiments.primary_metric,
        experiments.planned_customers,
        variants.variant,
        variants.share
    from experiments
    inner join variants
        on
            experiments.experiment_id = variants.experiment_id
            and experiments.control_variant = variants.variant

),

arms as (

    select
        controls.experiment_id,
        controls.variant as base_variant,
        variants.variant,
        baselines.metric,
        baselines.baseline,
        baselines.deviation,
        controls.share as base_share,
        variants.share,
        coalesce(controls.planned_customers, baselines.count_listed)
            as planned_customers
    from controls
    inner join variants
        on controls.experiment_id = variants.experiment_id
    cross join baselines
    where
        baselines.baseline is not null
        and (
            baselines.metric in ({{ aisle.text_list(headlines | list) }})
            or controls.primary_metric = baselines.metric
        )
        and controls.variant != variants.variant
        and controls.share > 0
        and variants.share > 0

),

-- The variance of a difference is deviation^2 (1 / n_0 + 1 / n_1).
final as (

    select
        experiment_id,
        base_variant,
        variant,
        metric,
        cast(baseline as double) as baseline,
        cast(deviation as double) as standard_deviation,
        cast(planned_customers as bigint) as planned_customers,
        cast(
            {{ reach }} * deviation
            * sqrt((1 / base_share + 1 / share) / planned_customers) as double
        ) as detectable_difference,
        cast(
            {{ reach }} * deviation
            * sqrt((1 / base_share + 1 / share) / planned_customers)
            / nullif(baseline, 0) as double
        ) as detectable_lift,
        cast(
            ceil(
                power(
                    {{ reach }} * deviation
                    / nullif(
                        {{ aisle.checked_var('experiment_lift') }} * baseline, 0
                    ),
                    2
                ) * (1 / base_share + 1 / share)
            ) as bigint
        ) as customers_needed
    from arms
    where planned_customers > 0

)

select * from final
