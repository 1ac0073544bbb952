{%- set phrases = {
    'in_several': {
        'gift_intent': 'with a present in mind and without',
        'time_of_week': 'at several times',
    },
    'compared': {
        'gift_intent': 'with a present in mind',
        'time_of_week': 'by time of the week',
    },
    'in_others': {
        'gift_intent': 'with a present in mind',
        'time_of_week': 'at other times of the week',
    },
} -%}

with

tests as (

    select * from {{ ref('int_contexts__tests') }}

),

named as (

    select
        *,
        {% for name, phrase in phrases.items() -%}
            case test_id
                when 'time_of_week' then '{{ phrase.time_of_week }}'
                else '{{ phrase.gift_intent }}'
            end as {{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from tests

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
                then concat_ws(
                    ' ', 'too few customers buy known categories', in_several
                )
            when count_customers < 50
                then concat_ws(
                    '',
                    cast(count_customers as {{ dbt.type_string() }}),
                    ' customers with a history ',
                    case when test_id = 'gift_taste' then 'of presents ' else '' end,
                    'bought in the month after; 50 are needed'
                )
            when p_value is null
                then 'all visits of the month after are told alike'
            when history_p_value >= 0.01
                then concat_ws(
                    '',
                    'that customers buy other categories ',
                    in_others,
                    ' is not beyond chance (p = ',
                    {{ aisle.number_text('history_p_value', 3) }},
                    ')'
                )
            when test_id = 'gift_taste'
                then concat_ws(
                    '',
                    'what is bought without a present in mind is told ',
                    case when is_shown then '' else 'no ' end,
                    'better where presents count less (p = ',
                    {{ aisle.number_text('holdout_p_value', 3) }},
                    ')'
                )
            when not is_shown
                then concat_ws(
                    '',
                    'what differed ',
                    compared,
                    ' before the cutoff did not in the month after (p = ',
                    {{ aisle.number_text('holdout_p_value', 3) }},
                    ')'
                )
            else
                concat_ws(
                    '',
                    'customers buy other categories ',
                    in_others,
                    ', most of all ',
                    category,
                    ' (',
                    replace(situation, '_', ' '),
                    ', ',
                    {{ aisle.number_text('lift', 2) }},
                    ' times as usual)'
                )
        end as reason
    from named

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
