{#- How far off the share of discoveries may be: 15 to 25 % where it should be 20 %. -#}
{%- set tolerance = 0.25 -%}
{%- set list_length = aisle.checked_var('list_length') -%}
{%- set slots = (aisle.checked_var('discovery_share') * list_length + 0.5) | int -%}
{%- set wanted = slots / list_length -%}

with

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'
        and slot <= {{ list_length }}

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
        {{ aisle.of_text('count_discoveries', 'count_slots', 'slots') }} as detail,
        count_discoveries as count_rows,
        share as figure,
        cast({{ wanted }} as double) as threshold
    from summed
    where
        {{ wanted }} > 0
        and abs(share - {{ wanted }}) > {{ wanted * tolerance }}

)

select * from final
