{%- set metrics = [
    'ndcg', 'recall', 'revenue', 'margin', 'intra_list_diversity', 'full_list',
] -%}
{#- Those of lists of all hours. -#}
{%- set tasks = aisle.shelves().values() | list -%}

with

customer_metrics as (

    select * from {{ ref('customer_metrics') }}
    where
        scenario_id != 'relevance_only'
        and has_history
        and k = 10

),

segments as (

    select * from {{ ref('int_evaluation__customer_segments') }}
    where segment_type in ('all', 'rfm_segment')

),

set_metrics as (

    select * from {{ ref('metrics') }}
    where
        metric = 'coverage'
        and scenario_id != 'relevance_only'

),

coverage_differences as (

    select * from {{ ref('int_evaluation__coverage_differences') }}

),

rules as (

    select distinct rule_id
    from {{ ref('int_rules__rules') }}
    where coalesce(placement in ({{ aisle.text_list(aisle.shelves() | list) }}), true)

),

-- Rules with hours are measured on lists by part of the week.
contexts as (

    select
        fold_id,
        scenario_id
    from {{ ref('int_rules__contexts') }}
    union
    select
        fold_id,
        scenario_id
    from {{ ref('int_placements__part_scenarios') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test')

),

-- What a rule does where no other is, and what is otherwise without it.
scenarios as (

    select
        rule_id,
        'alone' as comparison,
        concat_ws('', 'only_', rule_id) as scenario_id,
        'no_rules' as base_scenario_id
    from rules
    union all
    select
        rule_id,
        'left_out' as comparison,
        concat_ws('', 'without_', rule_id) as scenario_id,
        'all_rules' as base_scenario_id
    from rules
    union all
    select
        'all' as rule_id,
        'alone' as comparison,
        'rules_alone' as scenario_id,
        'no_rules' as base_scenario_id

),

-- Where a rule meets nothing its lists are those that it is compared with.
comparisons as (

    select
        folds.fold_id,
        scenarios.rule_id,
        scenarios.comparison,
        coalesce(contexts.scenario_id, scenarios.base_scenario_id) as scenario_id,
        scenarios.base_scenario_id,
        contexts.scenario_id is not null as is_met
    from folds
    cross join scenarios
    left join contexts
        on
            folds.fold_id = contexts.fold_id
            and scenarios.scenario_id = contexts.scenario_id

),

paired as (

    select
        comparisons.rule_id,
        comparisons.comparison,
        comparisons.is_met,
        customer_metrics.fold_id,
        customer_metrics.fold_role,
        customer_metrics.task,
        customer_metrics.customer_key,
        {% for metric in metrics -%}
            bases.{{ metric }} as base_{{ metric }},
            customer_metrics.{{ metric }} - bases.{{ metric }} as {{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from comparisons
    inner join customer_metrics
        on
            comparisons.fold_id = customer_metrics.fold_id
            and comparisons.scenario_id = customer_metrics.scenario_id
    inner join customer_metrics as bases
        on
            comparisons.base_scenario_id = bases.scenario_id
            and customer_metrics.fold_id = bases.fold_id
            and customer_metrics.strategy = bases.strategy
            and customer_metrics.task = bases.task
            and customer_metrics.customer_key = bases.customer_key
    where
        comparisons.is_met
        or customer_metrics.task in ({{ aisle.text_list(tasks) }})

),

summed as (

    select
        paired.rule_id,
        paired.comparison,
        paired.is_met,
        paired.fold_id,
        paired.fold_role,
        paired.task,
        segments.segment_type,
        segments.segment,
        {% for metric in metrics -%}
            {{ aisle.exact_sum('paired.base_' ~ metric) }} as base_{{ metric }},
            {{ aisle.error_sums('paired.' ~ metric, metric) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from paired
    inner join segments
        on
            paired.fold_id = segments.fold_id
            and paired.customer_key = segments.customer_key
    group by
        paired.rule_id,
        paired.comparison,
        paired.is_met,
        paired.fold_id,
        paired.fold_role,
        paired.task,
        segments.segment_type,
        segments.segment

),

unpivoted as (

    {% for metric in metrics -%}
        select
            rule_id,
            comparison,
            is_met,
            fold_id,
            fold_role,
            task,
            segment_type,
            segment,
            '{{ metric }}' as metric,
            base_{{ metric }} / count_{{ metric }} as base_value,
            total_{{ metric }} / count_{{ metric }} as difference,
            {{ aisle.standard_error(
                'count_' ~ metric, 'total_' ~ metric, 'squares_' ~ metric
            ) }} as standard_error,
            count_{{ metric }} as count_customers
        from summed
        where count_{{ metric }} > 0
        union all
    {% endfor -%}
    select
        comparisons.rule_id,
        comparisons.comparison,
        comparisons.is_met,
        set_metrics.fold_id,
        set_metrics.fold_role,
        set_metrics.task,
        'all' as segment_type,
        'all' as segment,
        'coverage' as metric,
        set_metrics.value as base_value,
        coverage_differences.difference,
        coverage_differences.standard_error,
        set_metrics.count_customers
    from comparisons
    inner join set_metrics
        on
            comparisons.fold_id = set_metrics.fold_id
            and comparisons.base_scenario_id = set_metrics.scenario_id
    inner join coverage_differences
        on
            comparisons.fold_id = coverage_differences.fold_id
            and comparisons.scenario_id = coverage_differences.scenario_id
            and comparisons.base_scenario_id = coverage_differences.base_scenario_id
            and set_metrics.strategy = coverage_differences.strategy
            and set_metrics.task = coverage_differences.task
    where
        comparisons.is_met
        or set_metrics.task in ({{ aisle.text_list(tasks) }})

),

tested as (

    select
        *,
        case
            when is_met
                then {{ aisle.two_sided_p_value('difference', 'standard_error') }}
        end as p_value
    from unpivoted

),

ordered as (

    select
        *,
        row_number() over (
            partition by fold_id, comparison, task, metric, segment_type
            order by
                p_value asc nulls last,
                rule_id asc nulls last,
                segment asc nulls last
        ) as position,
        count(p_value) over (
            partition by fold_id, comparison, task, metric, segment_type
        ) as count_comparisons
    from tested

),

-- Over the rules, and the segments, of one figure.
adjusted as (

    select
        *,
        {{ aisle.benjamini_hochberg(
            'p_value', 'position', 'count_comparisons',
            'fold_id, comparison, task, metric, segment_type'
        ) }} as p_value_bh
    from ordered

),

final as (

    select
        cast(rule_id as {{ dbt.type_string() }}) as rule_id,
        cast(comparison as {{ dbt.type_string() }}) as comparison,
        is_met,
        fold_id,
        fold_role,
        task,
        cast(segment_type as {{ dbt.type_string() }}) as segment_type,
        cast(segment as {{ dbt.type_string() }}) as segment,
        cast(metric as {{ dbt.type_string() }}) as metric,
        cast(base_value as double) as base_value,
        cast(difference as double) as difference,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('difference', 'standard_error') }},
        cast(p_value as double) as p_value,
        cast(p_value_bh as double) as p_value_bh,
        cast(count_customers as bigint) as count_customers
    from adjusted

)

select * from final
