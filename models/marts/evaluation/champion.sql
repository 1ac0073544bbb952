with

gains as (

    select * from {{ ref('int_ranking__strategy_gains') }}

),

champions as (

    select * from {{ ref('int_ranking__champions') }}

),

final as (

    select
        champions.placement,
        cast(gains.strategy as {{ dbt.type_string() }}) as strategy,
        cast(gains.best_strategy as {{ dbt.type_string() }}) as best_strategy,
        cast(champions.reason as {{ dbt.type_string() }}) as reason,
        cast(gains.level as integer) as complexity,
        cast(gains.ndcg as double) as ndcg,
        cast(gains.gain as double) as gain,
        cast(gains.difference as double) as difference_to_best,
        cast(gains.ci_low as double) as ci_low,
        cast(gains.ci_high as double) as ci_high,
        cast(-0.01 * gains.best_ndcg as double) as bound,
        cast(gains.count_folds as bigint) as count_folds,
        gains.count_customers,
        coalesce(gains.strategy = champions.champion_strategy, false) as is_champion,
        coalesce(gains.strategy = champions.strategy, false) as is_live
    from champions
    inner join gains
        on champions.placement = gains.placement

)

select * from final
