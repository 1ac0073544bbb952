{#- The days on which somebody might look, and what they would see. -#}
{%- set metrics = aisle.experiment_metrics() -%}

with

moments as (

    select * from {{ ref('int_experiments__moments') }}
    where segment_type = 'all'

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

metrics as (

    {% for metric in metrics -%}
        select
            '{{ metric.name }}' as metric,
            {{ metric.days }} as window_days,
            {{ 'true' if metric.is_headline else 'false' }} as is_headline
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- Whoever looks, looks at what decides.
matured as (

    select
        moments.*,
        moments.entered_on + metrics.window_days + 1 as looked_on
    from moments
    inner join metrics
        on moments.metric = metrics.metric
    inner join runs
        on
            moments.experiment_id = runs.experiment_id
            and (metrics.is_headline or moments.metric = runs.primary_metric)
    inner join folds
        on
            {{ aisle.matures_at('moments.entered_on', 'metrics.window_days') }}
            <= folds.cutoff_at

),

days as (

    select distinct
        experiment_id,
        basis,
        metric,
        looked_on
    from matured

),

series as (

    select distinct
        experiment_id,
        basis,
        variant,
        metric
    from matured

),

-- Nobody may have entered a variant on a day: it still has what it had the day before.
filled as (

    select
        series.experiment_id,
        series.basis,
        series.variant,
        series.metric,
        days.looked_on,
        {% for name in aisle.experiment_sums() -%}
            coalesce(matured.{{ name }}, 0) as {{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from series
    inner join days
        on
            series.experiment_id = days.experiment_id
            and series.basis = days.basis
            and series.metric = days.metric
    left join matured
        on
            series.experiment_id = matured.experiment_id
            and series.basis = matured.basis
            and series.variant = matured.variant
            and series.metric = matured.metric
            and days.looked_on = matured.looked_on

),

final as (

    select
        experiment_id,
        basis,
        variant,
        metric,
        {% for name in aisle.experiment_sums() -%}
            cast(
                sum({{ aisle.exact_wide_decimal(name) }}) over (
                    partition by experiment_id, basis, variant, metric
                    order by looked_on asc nulls last
                ) as double
            ) as {{ name }},
        {% endfor -%}
        looked_on
    from filled

)

select * from final
