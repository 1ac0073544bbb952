{%- set metrics = [
    'ndcg', 'recall', 'intra_list_diversity', 'category_entropy', 'novelty'
] -%}

with

customer_metrics as (

    select * from {{ ref('customer_metrics') }}
    where
        task = 'all'
        and has_history
        and k = 10

),

scenarios as (

    select * from {{ ref('int_rules__scenarios') }}

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}
    where placement = 'home'

),

set_metrics as (

    select * from {{ ref('int_evaluation__set_metrics') }}
    where
        task = 'all'
        and metric = 'coverage'

),

coverage_differences as (

    select * from {{ ref('int_evaluation__coverage_differences') }}
    where task = 'all'

),

-- What is shown is a row of either: its price is that of what is set now. The base is
-- one too, as a choice among the others.
compared as (

    select
        scenario_id,
        'diversity' as subject,
        'no_diversity' as base_scenario_id
    from scenarios
    where
        rules = 'all'
        and (diversity is not null or scenario_id = 'all_rules')
        and scenario_id != 'rules_alone'
    union all
    select
        scenario_id,
        'discovery' as subject,
        'no_discovery' as base_scenario_id
    from scenarios
    where
        rules = 'all'
        and (discovery_share is not null or scenario_id = 'all_rules')
        and scenario_id != 'rules_alone'

),

paired as (

    select
        customer_metrics.fold_id,
        customer_metrics.fold_role,
        customer_metrics.strategy,
        compared.subject,
        compared.scenario_id,
        compared.base_scenario_id,
        {% for metric in metrics -%}
            customer_metrics.{{ metric }},
            customer_metrics.{{ metric }} - bases.{{ metric }}
                as {{ metric }}_difference
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from compared
    inner join customer_metrics
        on compared.scenario_id = customer_metrics.scenario_id
    inner join customer_metrics as bases
        on
            compared.base_scenario_id = bases.scenario_id
            and customer_metrics.fold_id = bases.fold_id
            and customer_metrics.strategy = bases.strategy
            and customer_metrics.customer_id = bases.customer_id

),

summed as (

    select
        fold_id,
        fold_role,
        strategy,
        subject,
        scenario_id,
        base_scenario_id,
        {% for metric in metrics -%}
            {{ aisle.exact_avg(metric) }} as {{ metric }},
            {{ aisle.error_sums(metric ~ '_difference', metric) }},
        {% endfor -%}
        count(*) as count_customers
    from paired
    group by
        fold_id,
        fold_role,
        strategy,
        subject,
        scenario_id,
        base_scenario_id

),

measured as (

    select
        *,
        {{ aisle.differences(metrics) }}
    from summed

),

beaten as (

    select distinct
        measured.fold_id,
        measured.subject,
        measured.scenario_id
    from measured
    inner join measured as others
        on
            measured.fold_id = others.fold_id
            and measured.subject = others.subject
            and {{ aisle.is_beaten(
                'measured', 'others', ['ndcg', 'intra_list_diversity']
            ) }}

),

final as (

    select
        measured.fold_id,
        measured.fold_role,
        cast(measured.subject as {{ dbt.type_string() }}) as subject,
        measured.scenario_id,
        cast(measured.base_scenario_id as {{ dbt.type_string() }}) as base_scenario_id,
        cast(contexts.diversity as {{ dbt.type_string() }}) as diversity,
        cast(contexts.diversity_lambda as double) as diversity_lambda,
        cast(contexts.count_discoveries as integer) as count_discoveries,
        {{ aisle.difference_columns('measured', metrics) }},
        cast(set_metrics.value as double) as coverage,
        cast(coverage_differences.difference as double) as coverage_difference,
        {{ aisle.interval(
            'coverage_differences.difference',
            'coverage_differences.standard_error',
            'coverage_ci'
        ) }},
        beaten.scenario_id is null as is_on_pareto_front,
        cast(measured.count_customers as bigint) as count_customers
    from measured
    inner join contexts
        on
            measured.fold_id = contexts.fold_id
            and measured.scenario_id = contexts.scenario_id
    left join set_metrics
        on
            measured.fold_id = set_metrics.fold_id
            and measured.scenario_id = set_metrics.scenario_id
            and measured.strategy = set_metrics.strategy
    left join coverage_differences
        on
            measured.fold_id = coverage_differences.fold_id
            and measured.scenario_id = coverage_differences.scenario_id
            and measured.base_scenario_id = coverage_differences.base_scenario_id
            and measured.strategy = coverage_differences.strategy
    left join beaten
        on
            measured.fold_id = beaten.fold_id
            and measured.subject = beaten.subject
            and measured.scenario_id = beaten.scenario_id

)

select * from final
