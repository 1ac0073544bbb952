with

tests as (

    select * from {{ ref('int_contexts__tests') }}

),

worded as (

    select
        *,
        case
            when is_on and is_shown then 'on: '
            when is_on then 'on by validation, not confirmed: '
            else 'off: '
        end as state,
        case
            when count_cells = 0
                then 'too few customers buy known categories at several times'
            when count_customers < 50
                then concat_ws(
                    '',
                    cast(count_customers as {{ dbt.type_string() }}),
                    ' customers with a history bought in the month after; ',
                    '50 are needed'
                )
            when p_value is null
                then 'all visits of the month after are told alike'
            when history_p_value >= 0.01
                then concat_ws(
                    '',
                    'customers buy the same categories at all times of the week (p = ',
                    {{ aisle.number_text('history_p_value', 3) }},
                    ')'
                )
            when not is_shown
                then concat_ws(
                    '',
                    'what differed by time of the week before the cutoff did not in ',
                    'the month after (p = ',
                    {{ aisle.number_text('holdout_p_value', 3) }},
                    ')'
                )
            else
                concat_ws(
                    '',
                    'customers buy other categories at other times of the week, ',
                    'most of all ',
                    category,
                    ' (',
                    replace(week_part, '_', ' '),
                    ', ',
                    {{ aisle.number_text('lift', 2) }},
                    ' times as usual)'
                )
        end as reason
    from tests

),

final as (

    select
        cast(test_id as {{ dbt.type_string() }}) as test_id,
        fold_id,
        cast(fold_role as {{ dbt.type_string() }}) as fold_role,
        cast(history_statistic as double) as history_statistic,
        cast(history_p_value as double) as history_p_value,
        cast(holdout_statistic as double) as holdout_statistic,
        cast(holdout_p_value as double) as holdout_p_value,
        cast(gain as double) as gain,
        cast(p_value as double) as p_value,
        cast(count_customers as bigint) as count_customers,
        cast(count_visits as bigint) as count_visits,
        cast(count_cells as bigint) as count_cells,
        is_on,
        cast(concat_ws('', state, reason) as {{ dbt.type_string() }}) as message
    from worded

)

select * from final
