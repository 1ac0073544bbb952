with

replicated as (

    select * from {{ ref('int_evaluation__set_replicates') }}

),

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where rank = 1

),

scored_customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where
        has_history
        and is_measured

),

-- Every list has a first product.
customers as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        count(*) as count_customers
    from lists
    inner join scored_customers
        on
            lists.fold_id = scored_customers.fold_id
            and lists.customer_key = scored_customers.customer_key
    group by lists.fold_id, lists.scenario_id, lists.strategy, lists.task

),

unpivoted as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        replicate,
        'coverage' as metric,
        coverage as value
    from replicated
    union all
    select
        fold_id,
        scenario_id,
        strategy,
        task,
        replicate,
        'gini' as metric,
        gini as value
    from replicated

),

summed as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        metric,
        max(case when replicate = 0 then value end) as value,
        count(case when replicate > 0 then 1 end) as count_replicates,
        {{ aisle.exact_sum('case when replicate > 0 then value end', 9) }} as total,
        {{ aisle.exact_sum('case when replicate > 0 then value * value end', 9) }}
            as total_squares
    from unpivoted
    group by fold_id, scenario_id, strategy, task, metric

),

final as (

    select
        summed.fold_id,
        summed.scenario_id,
        summed.strategy,
        summed.task,
        summed.metric,
        10 as k,
        summed.value,
        -- The spread of the replicates is the standard error itself, not of their mean.
        {{ aisle.standard_error('count_replicates', 'total', 'total_squares') }}
        * sqrt(summed.count_replicates) as standard_error,
        customers.count_customers
    from summed
    inner join customers
        on
            summed.fold_id = customers.fold_id
            and summed.scenario_id = customers.scenario_id
            and summed.strategy = customers.strategy
            and summed.task = customers.task

)

select * from final
