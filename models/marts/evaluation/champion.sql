with

gains as (

    select * from {{ ref('int_ranking__strategy_gains') }}

),

champions as (

    select * from {{ ref('int_ranking__champions') }}

),

test_differences as (

    select * from {{ ref('int_evaluation__test_differences') }}

),

serving as (

    select coalesce(bool_or(is_open), false) as is_personalised
    from {{ ref('int_folds__open_use_cases') }}
    where
        fold_id = 'serving'
        and use_case = 'personalised'

),

final as (

    select
        champions.placement,
        cast(
            coalesce(gains.strategy, champions.strategy) as {{ dbt.type_string() }}
        ) as strategy,
        cast(gains.best_strategy as {{ dbt.type_string() }}) as best_strategy,
        cast(
            case
                when serving.is_personalised then champions.reason
                else 'too little data for lists of one''s own: newcomers'' are served'
            end as {{ dbt.type_string() }}
        ) as reason,
        cast(
            coalesce(test_differences.verdict, 'not measurable')
            as {{ dbt.type_string() }}
        ) as test_verdict,
        cast(gains.level as integer) as complexity,
        cast(gains.ndcg as double) as ndcg,
        cast(gains.gain as double) as gain,
        cast(gains.difference as double) as difference_to_best,
        cast(gains.ci_low as double) as ci_low,
        cast(gains.ci_high as double) as ci_high,
        cast(-0.01 * gains.best_ndcg as double) as bound,
        cast(test_differences.gain as double) as test_gain,
        cast(test_differences.gain_ci_low as double) as test_gain_ci_low,
        cast(test_differences.gain_ci_high as double) as test_gain_ci_high,
        cast(test_differences.difference as double) as test_difference_to_best,
        cast(test_differences.ci_low as double) as test_ci_low,
        cast(test_differences.ci_high as double) as test_ci_high,
        cast(coalesce(gains.count_folds, 0) as bigint) as count_folds,
        cast(coalesce(gains.count_customers, 0) as bigint) as count_customers,
        cast(coalesce(test_differences.count_customers, 0) as bigint)
            as count_test_customers,
        coalesce(gains.strategy = champions.champion_strategy, false)
            as is_champion,
        serving.is_personalised
        and coalesce(gains.strategy = champions.strategy, true) as is_live
    from champions
    cross join serving
    left join gains
        on champions.placement = gains.placement
    left join test_differences
        on
            gains.placement = test_differences.placement
            and gains.strategy = test_differences.strategy

)

select * from final
