{#- How far off the share of discoveries may be: 15 to 25 % where it should be 20 %. -#}
{%- set tolerance = 0.25 -%}
{#- A few short lists are of customers who have bought nearly everything. -#}
{%- set most_short = 0.1 -%}
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

reserves as (

    select * from {{ ref('int_rules__acting') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'
        and action = 'reserve'

),

contenders as (

    select * from {{ ref('int_diversity__contenders') }}
    where removed_by_rule_id is null

),

over_caps as (

    select * from {{ ref('int_diversity__over_caps') }}

),

assigned as (

    select * from {{ ref('int_slots__assigned') }}
    where slot <= {{ list_length }}

),

customers as (

    select
        customer_key,
        count(*) as count_slots,
        count(case when is_discovery then 1 end) as count_discoveries,
        count(case when not is_personal then 1 end) as count_others
    from lists
    group by customer_key

),

short as (

    select
        count(*) as count_lists,
        count(case when count_slots < {{ list_length }} then 1 end) as count_short
    from customers

),

-- Whose list is not personal from end to end has no taste to be widened.
summed as (

    select
        cast(coalesce(sum(count_slots), 0) as bigint) as count_slots,
        cast(coalesce(sum(count_discoveries), 0) as bigint) as count_discoveries,
        sum(count_discoveries) / cast(sum(count_slots) as double) as share
    from customers
    where count_others = 0

),

-- What a rule keeps places for on each list, and what of it has one.
reserved as (

    select
        contenders.list_key,
        reserves.rule_id,
        least(max(reserves.strength), count(*)) as count_reserved,
        count(assigned.slot) as count_shown
    from contenders
    inner join reserves
        on
            contenders.context_key = reserves.context_key
            and contenders.rule_mask = reserves.rule_mask
    left join over_caps
        on
            contenders.list_key = over_caps.list_key
            and contenders.product_key = over_caps.product_key
    left join assigned
        on
            contenders.list_key = assigned.list_key
            and contenders.product_key = assigned.product_key
    where over_caps.rule_id is null
    group by contenders.list_key, reserves.rule_id

),

reserved_rules as (

    select
        rule_id,
        count(*) as count_lists,
        count(case when count_shown < count_reserved then 1 end) as count_short
    from reserved
    group by rule_id

),

given_way as (

    select
        {{ aisle.string_list('rule_id') }} as examples,
        {{ aisle.string_list(
            "concat_ws('', rule_id, ' on ', "
            ~ aisle.of_text('count_short', 'count_lists', 'lists') ~ ')'
        ) }} as detail,
        cast(sum(count_short) as bigint) as count_rows,
        sum(count_short) / cast(sum(count_lists) as double) as figure
    from reserved_rules
    where count_short > 0

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
    union all
    select
        'reserved_slots_taken' as check_id,
        'business_rules' as dataset,
        examples,
        detail,
        count_rows,
        figure,
        cast(0 as double) as threshold
    from given_way
    where count_rows > 0
    union all
    select
        'short_lists' as check_id,
        'recommendations' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text('count_short', 'count_lists', 'home lists') }} as detail,
        count_short as count_rows,
        count_short / cast(count_lists as double) as figure,
        cast({{ most_short }} as double) as threshold
    from short
    where count_short > {{ most_short }} * count_lists

)

select * from final
