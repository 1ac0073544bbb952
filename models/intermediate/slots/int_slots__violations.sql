{#- How far off the share of discoveries may be: 15 to 25 % where it should be 20 %. -#}
{%- set tolerance = 0.25 -%}
{%- set list_length = aisle.checked_var('list_length') -%}

with

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'
        and slot <= {{ list_length }}

),

contexts as (

    select count_discoveries / cast({{ list_length }} as double) as wanted
    from {{ ref('int_rules__contexts') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

-- Who has no history has no taste to be widened.
customers as (

    select
        customer_key,
        count(*) as count_slots,
        count(case when is_discovery then 1 end) as count_discoveries
    from lists
    group by customer_key
    having count(case when is_personal then 1 end) > 0

),

summed as (

    select
        cast(coalesce(sum(count_slots), 0) as bigint) as count_slots,
        cast(coalesce(sum(count_discoveries), 0) as bigint) as count_discoveries,
        sum(count_discoveries) / cast(sum(count_slots) as double) as share
    from customers

),

final as (

    select
        'discovery_share_off' as check_id,
        'recommendations' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text(
            'summed.count_discoveries', 'summed.count_slots', 'slots'
        ) }} as detail,
        summed.count_discoveries as count_rows,
        summed.share as figure,
        contexts.wanted as threshold
    from summed
    cross join contexts
    where
        contexts.wanted > 0
        and abs(summed.share - contexts.wanted) > {{ tolerance }} * contexts.wanted

)

select * from final
