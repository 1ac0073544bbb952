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

compared as (

    select
        *,
        -0.01 * best_ndcg as bound
    from gains

),

final as (

    select
        champions.placement,
        cast(compared.strategy as {{ dbt.type_string() }}) as strategy,
        cast(compared.best_strategy as {{ dbt.type_string() }}) as best_strategy,
        cast(champions.reason as {{ dbt.type_string() }}) as reason,
        cast(
            case
                when test_differences.gain_ci_high is null then 'not measurable'
                when
                    test_differences.gain_ci_high < 0
                    or test_differences.ci_high < compared.bound
                    then 'worse'
                when
                    test_differences.gain_ci_low >= 0
                    and test_differences.ci_low >= compared.bound
                    then 'confirmed'
                else 'not told apart'
            end as {{ dbt.type_string() }}
        ) as test_verdict,
        cast(compared.level as integer) as complexity,
        cast(compared.ndcg as double) as ndcg,
        cast(compared.gain as double) as gain,
        cast(compared.difference as double) as difference_to_best,
        cast(compared.ci_low as double) as ci_low,
        cast(compared.ci_high as double) as ci_high,
        cast(compared.bound as double) as bound,
        cast(test_differences.gain as double) as test_gain,
        cast(test_differences.gain_ci_low as double) as test_gain_ci_low,
        cast(test_differences.gain_ci_high as double) as test_gain_ci_high,
        cast(test_differences.difference as double) as test_difference_to_best,
        cast(test_differences.ci_low as double) as test_ci_low,
        cast(test_differences.ci_high as double) as test_ci_high,
        cast(compared.count_folds as bigint) as count_folds,
        compared.count_customers,
        cast(coalesce(test_differences.count_customers, 0) as bigint)
            as count_test_customers,
        coalesce(compared.strategy = champions.champion_strategy, false)
            as is_champion,
        coalesce(compared.strategy = champions.strategy, false) as is_live
    from champions
    inner join compared
        on champions.placement = compared.placement
    left join test_differences
        on
            compared.placement = test_differences.placement
            and compared.strategy = test_differences.strategy

)

select * from final
