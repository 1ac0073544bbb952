{%- set metrics = aisle.customer_metrics() -%}
{%- set weekly_metrics = ['precision', 'recall', 'ndcg', 'hit_rate'] -%}
{%- set relations = {'summed': metrics, 'weekly_summed': weekly_metrics} -%}

with

customer_metrics as (

    select * from {{ ref('customer_metrics') }}

),

segments as (

    select * from {{ ref('int_evaluation__customer_segments') }}

),

weekly_hits as (

    select * from {{ ref('int_evaluation__weekly_hits') }}

),

set_metrics as (

    select * from {{ ref('int_evaluation__set_metrics') }}

),

rating_metrics as (

    select * from {{ ref('int_evaluation__rating_metrics') }}

),

folds as (

    select * from {{ ref('folds') }}

),

summed as (

    select
        customer_metrics.fold_id,
        customer_metrics.strategy,
        customer_metrics.scenario_id,
        customer_metrics.task,
        segments.segment_type,
        segments.segment,
        customer_metrics.k,
        {% for metric in metrics -%}
            {{ aisle.error_sums('customer_metrics.' ~ metric, metric) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from customer_metrics
    inner join segments
        on
            customer_metrics.fold_id = segments.fold_id
            and customer_metrics.customer_key = segments.customer_key
    where
        segments.segment_type = 'all'
        or customer_metrics.k = 10
    group by
        customer_metrics.fold_id,
        customer_metrics.strategy,
        customer_metrics.scenario_id,
        customer_metrics.task,
        segments.segment_type,
        segments.segment,
        customer_metrics.k

),

weekly_measured as (

    select
        fold_id,
        strategy,
        scenario_id,
        holdout_week,
        k,
        {% for metric in weekly_metrics -%}
            {{ metrics[metric] }} as {{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from weekly_hits

),

weekly_summed as (

    select
        fold_id,
        strategy,
        scenario_id,
        'all' as task,
        'holdout_week' as segment_type,
        cast(holdout_week as {{ dbt.type_string() }}) as segment,
        k,
        {% for metric in weekly_metrics -%}
            {{ aisle.error_sums(metric, metric) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from weekly_measured
    group by fold_id, strategy, scenario_id, holdout_week, k

),

unpivoted as (

    {% for relation, names in relations.items() -%}
        {% for metric in names -%}
            select
                fold_id,
                strategy,
                scenario_id,
                task,
                segment_type,
                segment,
                k,
                '{{ metric }}' as metric,
                total_{{ metric }} / count_{{ metric }} as value,
                {{ aisle.standard_error(
                    'count_' ~ metric, 'total_' ~ metric, 'squares_' ~ metric
                ) }} as standard_error,
                count_{{ metric }} as count_customers
            from {{ relation }}
            where count_{{ metric }} > 0
            union all
        {% endfor -%}
    {% endfor -%}
    select
        fold_id,
        strategy,
        scenario_id,
        task,
        'all' as segment_type,
        'all' as segment,
        k,
        metric,
        value,
        standard_error,
        count_customers
    from set_metrics
    union all
    select
        fold_id,
        strategy,
        scenario_id,
        'all' as task,
        'all' as segment_type,
        'all' as segment,
        null as k,
        metric,
        value,
        standard_error,
        count_customers
    from rating_metrics

),

final as (

    select
        unpivoted.fold_id,
        folds.fold_role,
        unpivoted.strategy,
        unpivoted.scenario_id,
        unpivoted.task,
        unpivoted.segment_type,
        unpivoted.segment,
        cast(unpivoted.k as integer) as k,
        unpivoted.metric,
        cast(unpivoted.value as double) as value,
        cast(unpivoted.standard_error as double) as standard_error,
        {{ aisle.interval('unpivoted.value', 'unpivoted.standard_error') }},
        cast(unpivoted.count_customers as bigint) as count_customers
    from unpivoted
    inner join folds
        on unpivoted.fold_id = folds.fold_id

)

select * from final
