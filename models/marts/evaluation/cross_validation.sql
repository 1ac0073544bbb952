with

metrics as (

    select * from {{ ref('metrics') }}
    where
        segment_type = 'all'
        and fold_role in ('train', 'validation', 'test')
        and metric in ('precision', 'recall', 'ndcg', 'hit_rate')

),

final as (

    select
        strategy,
        scenario_id,
        task,
        k,
        metric,
        cast({{ aisle.exact_avg('value', 9) }} as double) as mean,
        cast(
            {{ aisle.standard_error(
                'count(*)',
                aisle.exact_sum('value', 9),
                aisle.exact_sum('value * value', 9)
            ) }} * sqrt(count(*)) as double
        ) as standard_deviation,
        cast(min(value) as double) as lowest,
        cast(max(value) as double) as highest,
        count(*) as count_folds
    from metrics
    group by strategy, scenario_id, task, k, metric

)

select * from final
