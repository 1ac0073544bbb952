with

champions as (

    select * from {{ ref('int_ranking__champions') }}
    where placement = 'home'

),

-- Lists as they would have been served, rules included.
metrics as (

    select * from {{ ref('metrics') }}
    where
        fold_role = 'test'
        and scenario_id = 'live'
        and task = 'all'
        and k = 10
        and metric in ('precision', 'hit_rate', 'ndcg')
        and (
            segment_type = 'all'
            or (
                segment_type = 'holdout_week'
                and segment in ('1', '2', '3', '4')
            )
        )

),

final as (

    select
        case
            when metrics.segment_type = 'all' then 'holdout'
            else concat_ws('_', 'week', metrics.segment)
        end as horizon,
        metrics.metric,
        metrics.value,
        metrics.standard_error,
        metrics.count_customers
    from metrics
    inner join champions
        on metrics.strategy = champions.strategy

)

select * from final
