{%- set list_length = aisle.checked_var('list_length') -%}

with

contenders as (

    select * from {{ ref('int_diversity__contenders') }}

),

over_caps as (

    select * from {{ ref('int_diversity__over_caps') }}

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}
    where count_discoveries > 0

),

placed as (

    select
        contexts.fold_id,
        contexts.count_discoveries,
        contenders.list_key,
        contenders.customer_key,
        contenders.product_key,
        contenders.is_bought,
        contenders.relevance * contenders.multiplier as relevance,
        row_number() over (
            partition by contenders.list_key
            order by contenders.personal_place asc nulls last
        ) as place
    from contenders
    inner join contexts
        on contenders.context_key = contexts.context_key
    left join over_caps
        on
            contenders.list_key = over_caps.list_key
            and contenders.product_key = over_caps.product_key
    where
        over_caps.rule_id is null
        and contenders.removed_by_rule_id is null
        and contenders.pinned_slot is null
        and contenders.personal_place is not null
        and contenders.personal_share = 1

),

-- What a product must reach: half of what is usual at the end of the list.
floors as (

    select
        list_key,
        0.5e0 * percentile_cont(0.5) within group (order by relevance asc) as least
    from placed
    where
        place <= {{ list_length }}
        and place > {{ list_length - 3 }}
    group by list_key

),

final as (

    select
        placed.fold_id,
        placed.list_key,
        placed.customer_key,
        placed.product_key,
        placed.count_discoveries,
        placed.relevance,
        placed.place,
        floors.least as least_relevance
    from placed
    inner join floors
        on placed.list_key = floors.list_key
    where
        not placed.is_bought
        and placed.place > {{ list_length }} - placed.count_discoveries
        and placed.relevance >= floors.least

)

select * from final
