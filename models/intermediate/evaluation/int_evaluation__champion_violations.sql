with

champions as (

    select * from {{ ref('int_ranking__champions') }}

),

test_differences as (

    select * from {{ ref('int_evaluation__test_differences') }}
    where verdict = 'worse'

),

-- Of the two comparisons the one that was lost.
losses as (

    select
        champions.placement,
        test_differences.strategy,
        case
            when test_differences.gain_ci_high < 0 then 'personal_frequency'
            else test_differences.best_strategy
        end as winner,
        case
            when test_differences.gain_ci_high < 0 then test_differences.gain
            else test_differences.difference
        end as difference
    from champions
    inner join test_differences
        on
            champions.placement = test_differences.placement
            and champions.champion_strategy = test_differences.strategy

),

described as (

    select
        concat_ws('', placement, ' ', strategy) as example,
        concat_ws(
            '',
            placement,
            ': ',
            strategy,
            ' ',
            cast(
                {{ aisle.exact_decimal('difference', 3) }} as {{ dbt.type_string() }}
            ),
            ' against ',
            winner
        ) as detail,
        difference
    from losses

),

final as (

    select
        'champion_worse_on_test' as check_id,
        'evaluation' as dataset,
        {{ aisle.string_list('example') }} as examples,
        {{ aisle.string_list('detail') }} as detail,
        count(*) as count_rows,
        min(difference) as figure,
        cast(0 as double) as threshold
    from described
    having count(*) > 0

)

select * from final
