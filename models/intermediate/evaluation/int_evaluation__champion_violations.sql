with

champions as (

    select * from {{ ref('champion') }}
    where
        is_champion
        and test_verdict = 'worse'

),

-- Of the two comparisons the one that was lost.
losses as (

    select
        placement,
        strategy,
        case
            when test_gain_ci_high < 0 then 'personal_frequency' else best_strategy
        end as winner,
        case
            when test_gain_ci_high < 0 then test_gain else test_difference_to_best
        end as difference
    from champions

),

described as (

    select
        concat(placement, ' ', strategy) as example,
        concat(
            placement,
            ': ',
            strategy,
            ' ',
            cast(cast(difference as decimal(9, 3)) as {{ dbt.type_string() }}),
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
