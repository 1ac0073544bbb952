with

moments as (

    select * from {{ ref('int_experiments__moments') }}

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

metrics as (

    {% for metric in aisle.experiment_metrics() -%}
        select
            '{{ metric.name }}' as metric,
            {{ metric.days }} as window_days
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

matured as (

    select moments.*
    from moments
    inner join metrics
        on moments.metric = metrics.metric
    inner join runs
        on
            moments.experiment_id = runs.experiment_id
            and {{ aisle.matures_at('moments.entered_on', 'metrics.window_days') }}
            <= runs.horizon_at

),

final as (

    select
        experiment_id,
        basis,
        segment_type,
        segment,
        variant,
        metric,
        {% for name in aisle.experiment_sums() -%}
            {{ aisle.exact_wide_sum(name) }} as {{ name }},
        {% endfor -%}
        min(entered_on) as first_entered_on,
        max(entered_on) as last_entered_on
    from matured
    group by experiment_id, basis, segment_type, segment, variant, metric

)

select * from final
