{#- z of a two-sided test at 5 % and of a power of 80 %. -#}
{%- set reach = '(' ~ aisle.normal_quantile() ~ ' + ' ~ aisle.normal_quantile(0.8)
    ~ ')' -%}
{%- set window = aisle.checked_var('experiment_window_days') -%}
{%- set headlines = aisle.experiment_metrics() | selectattr('is_headline') | list -%}

with

experiments as (

    select * from {{ ref('experiments') }}

),

variants as (

    select * from {{ ref('experiment_variants') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where fold_id = 'serving'

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

events as (

    select * from {{ ref('int_folds__event_log') }}
    where customer_id is not null

),

purchases as (

    select * from {{ ref('int_folds__purchase_log') }}

),

-- What those who are served did lately, in as many days as the experiment will look at.
recent as (

    select
        events.customer_id,
        purchases.order_id,
        purchases.revenue
    from events
    inner join folds
        on events.occurred_at >= {{ aisle.add_days('folds.cutoff_at', -window) }}
    left join purchases
        on events.interaction_id = purchases.interaction_id

),

acted as (

    select
        customer_id,
        count(distinct order_id) as count_orders,
        {{ aisle.exact_sum('revenue', 4) }} as revenue
    from recent
    group by customer_id

),

outcomes as (

    select
        case when acted.customer_id is null then 0 else 1 end as is_visiting,
        case when acted.count_orders > 0 then 1 else 0 end as is_converted,
        coalesce(acted.revenue, 0) as revenue
    from customers
    left join acted
        on customers.customer_id = acted.customer_id

),

baselines as (

    {% for metric in headlines -%}
        {%- set outcome = metric.numerator -%}
        select
            '{{ metric.name }}' as metric,
            count(*) as count_listed,
            {{ aisle.exact_avg(outcome, 4) }} as baseline,
            {{ aisle.standard_error(
                'count(*)',
                aisle.exact_sum(outcome, 4),
                aisle.exact_wide_sum(outcome ~ ' * ' ~ outcome)
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
