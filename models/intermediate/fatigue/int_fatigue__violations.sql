{#- So many times more or fewer than the cap is far from it. -#}
{%- set tolerance = 2 -%}

with

rules as (

    select * from {{ ref('int_rules__rules') }}
    where condition = 'seen_times'

),

caps as (

    select * from {{ ref('int_fatigue__caps') }}
    where
        fold_id = 'serving'
        and position_group = 'all'
        and click_propensity = 'all'
        and strata = 'slots_and_propensity'

),

-- Several rules make steps: they are off if the first is late, or the last early.
steps as (

    select
        count(*) as count_rules,
        min(condition_value) as first_step,
        max(condition_value) as last_step,
        {{ aisle.string_list('rule_id') }} as rule_ids
    from rules

),

final as (

    select
        'seen_times_off' as check_id,
        'business_rules' as dataset,
        steps.rule_ids as examples,
        concat_ws(
            '',
            'the cap is ',
            cast(caps.seen_times as {{ dbt.type_string() }}),
            ', the rules begin at ',
            cast(cast(steps.first_step as bigint) as {{ dbt.type_string() }})
        ) as detail,
        steps.count_rules as count_rows,
        steps.first_step as figure,
        cast(caps.seen_times as double) as threshold
    from steps
    cross join caps
    where
        steps.first_step > {{ tolerance }} * caps.seen_times
        or steps.last_step * {{ tolerance }} < caps.seen_times

)

select * from final
