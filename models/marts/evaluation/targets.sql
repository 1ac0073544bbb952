with

targets as (

    select * from {{ ref('evaluation_targets') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test')

),

use_cases as (

    select * from {{ ref('int_folds__open_use_cases') }}
    where use_case = 'evaluation'

),

strategy_metrics as (

    select * from {{ ref('metrics') }}
    where
        segment_type = 'all'
        and scenario_id = 'relevance_only'

),

newcomer_overlaps as (

    select * from {{ ref('list_overlaps') }}
    where
        segment_type = 'all'
        and overlap is not null

),

metrics as (

    select
        fold_id,
        strategy,
        task,
        metric,
        k,
        value,
        count_customers
    from strategy_metrics
    union all
    select
        fold_id,
        'newcomers' as strategy,
        'all' as task,
        'overlap' as metric,
        k,
        overlap as value,
        count_customers
    from newcomer_overlaps

),

differences as (

    select * from {{ ref('metric_differences') }}
    where scenario_id = 'relevance_only'

),

compared as (

    select
        targets.*,
        folds.fold_id,
        folds.fold_role,
        metrics.value,
        baselines.value as baseline_value,
        metrics.value / nullif(baselines.value, 0) as ratio,
        differences.ci_low as lower_bound,
        metrics.count_customers,
        use_cases.is_open
    from targets
    cross join folds
    inner join use_cases
        on folds.fold_id = use_cases.fold_id
    left join metrics
        on
            folds.fold_id = metrics.fold_id
            and targets.strategy = metrics.strategy
            and targets.task = metrics.task
            and targets.metric = metrics.metric
            and targets.k = metrics.k
    left join metrics as baselines
        on
            folds.fold_id = baselines.fold_id
            and targets.baseline = baselines.strategy
            and targets.task = baselines.task
            and targets.metric = baselines.metric
            and targets.k = baselines.k
    left join differences
        on
            folds.fold_id = differences.fold_id
            and targets.strategy = differences.strategy
            and targets.baseline = differences.baseline
            and targets.task = differences.task
            and targets.metric = differences.metric
            and targets.k = differences.k

),

judged as (

    select
        *,
        case comparison
            when 'ratio' then ratio
            when 'lower_bound' then lower_bound
            when 'at_most' then value
        end as figure
    from compared

),

final as (

    select
        fold_id,
        fold_role,
        target_id,
        description,
        strategy,
        task,
        metric,
        cast(k as integer) as k,
        baseline,
        comparison,
        case
            when figure is null or not is_open then 'not measurable'
            when comparison = 'ratio' and figure >= threshold then 'met'
            when comparison = 'lower_bound' and figure > threshold then 'met'
            when comparison = 'at_most' and figure <= threshold then 'met'
            else 'not met'
        end as verdict,
        cast(value as double) as value,
        cast(baseline_value as double) as baseline_value,
        cast(figure as double) as figure,
        cast(threshold as double) as threshold,
        cast(coalesce(count_customers, 0) as bigint) as count_customers
    from judged

)

select * from final
