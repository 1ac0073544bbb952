{%- set baselines = aisle.strategies()
    | selectattr('is_baseline', 'defined') | map(attribute='name') | list -%}
{%- set metrics = [
    'precision', 'recall', 'ndcg', 'map', 'mrr', 'hit_rate', 'revenue', 'margin',
] -%}
{#- Of fewer months nothing is said of how they differ. -#}
{%- set least_folds = 5 -%}

with

customer_metrics as (

    select * from {{ ref('customer_metrics') }}
    where
        has_history
        and scenario_id in ('relevance_only', 'live')

),

baselines as (

    select * from customer_metrics
    where
        scenario_id = 'relevance_only'
        and strategy in ({{ aisle.text_list(baselines) }})

),

-- The same customers on both sides: what is averaged is each customer's difference.
paired as (

    select
        customer_metrics.fold_id,
        customer_metrics.fold_role,
        customer_metrics.strategy,
        customer_metrics.scenario_id,
        baselines.strategy as baseline,
        customer_metrics.task,
        customer_metrics.k,
        {% for metric in metrics -%}
            customer_metrics.{{ metric }} - baselines.{{ metric }} as {{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from customer_metrics
    inner join baselines
        on
            customer_metrics.fold_id = baselines.fold_id
            and customer_metrics.task = baselines.task
            and customer_metrics.customer_key = baselines.customer_key
            and customer_metrics.k = baselines.k
    where
        customer_metrics.strategy != baselines.strategy
        or customer_metrics.scenario_id != baselines.scenario_id

),

summed as (

    select
        fold_id,
        fold_role,
        strategy,
        scenario_id,
        baseline,
        task,
        k,
        {% for metric in metrics -%}
            {{ aisle.error_sums(metric, metric) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from paired
    group by fold_id, fold_role, strategy, scenario_id, baseline, task, k

),

unpivoted as (

    {% for metric in metrics -%}
        select
            fold_id,
            fold_role,
            strategy,
            scenario_id,
            baseline,
            task,
            k,
            '{{ metric }}' as metric,
            total_{{ metric }} / count_{{ metric }} as difference,
            {{ aisle.standard_error(
                'count_' ~ metric, 'total_' ~ metric, 'squares_' ~ metric
            ) }} as standard_error,
            count_{{ metric }} as count_customers
        from summed
        where count_{{ metric }} > 0
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

tested as (

    select
        *,
        {{ aisle.two_sided_p_value('difference', 'standard_error') }} as p_value
    from unpivoted

),

ordered as (

    select
        *,
        row_number() over (
            partition by fold_id, scenario_id, baseline, task, k, metric
            order by p_value asc nulls last, strategy asc
        ) as position,
        count(p_value) over (
            partition by fold_id, scenario_id, baseline, task, k, metric
        ) as count_comparisons
    from tested

),

-- Over the strategies that are compared with one baseline.
adjusted as (

    select
        *,
        {{ aisle.holm(
            'p_value', 'position', 'count_comparisons',
            'fold_id, scenario_id, baseline, task, k, metric'
        ) }} as p_value_holm
    from ordered

),

-- Months differ more than customers do.
folded as (

    select
        strategy,
        scenario_id,
        baseline,
        task,
        k,
        metric,
        count(*) as count_folds,
        {{ aisle.exact_wide_sum('difference') }} as total,
        {{ aisle.exact_wide_sum('difference * difference') }} as squares,
        sum(count_customers) as count_customers
    from adjusted
    where fold_role in ('train', 'validation', 'test')
    group by strategy, scenario_id, baseline, task, k, metric
    having count(*) >= {{ least_folds }}

),

spread as (

    select
        *,
        total / count_folds as difference,
        {{ aisle.standard_error('count_folds', 'total', 'squares') }}
            as standard_error
    from folded

),

-- Each difference with how many of its errors lie at either side in 95 % of cases.
measured as (

    select
        fold_id,
        fold_role,
        strategy,
        scenario_id,
        baseline,
        task,
        k,
        metric,
        'within_fold' as interval_kind,
        difference,
        standard_error,
        {{ aisle.normal_quantile() }} as quantile,
        p_value,
        p_value_holm,
        1 as count_folds,
        count_customers
    from adjusted
    union all
    select
        cast(null as {{ dbt.type_string() }}) as fold_id,
        cast(null as {{ dbt.type_string() }}) as fold_role,
        strategy,
        scenario_id,
        baseline,
        task,
        k,
        metric,
        'over_folds' as interval_kind,
        difference,
        standard_error,
        {{ aisle.student_quantile('(count_folds - 1)') }} as quantile,
        cast(null as double) as p_value,
        cast(null as double) as p_value_holm,
        count_folds,
        count_customers
    from spread

),

final as (

    select
        fold_id,
        fold_role,
        strategy,
        scenario_id,
        baseline,
        task,
        cast(k as integer) as k,
        metric,
        cast(interval_kind as {{ dbt.type_string() }}) as interval_kind,
        cast(difference as double) as difference,
        cast(standard_error as double) as standard_error,
        difference - quantile * standard_error as ci_low,
        difference + quantile * standard_error as ci_high,
        cast(p_value as double) as p_value,
        cast(p_value_holm as double) as p_value_holm,
        cast(count_folds as bigint) as count_folds,
        cast(count_customers as bigint) as count_customers
    from measured

)

select * from final
