{%- set list_length = aisle.checked_var('list_length') -%}
{%- set depth = [list_length, aisle.checked_var('evaluation_depth')] | max -%}

with

contenders as (

    select * from {{ ref('int_placements__part_contenders') }}

),

over_caps as (

    select * from {{ ref('int_placements__part_caps') }}

),

discoveries as (

    select * from {{ ref('int_diversity__discoveries') }}

),

kept as (

    select contenders.*
    from contenders
    left join over_caps
        on
            contenders.week_part = over_caps.week_part
            and contenders.list_key = over_caps.list_key
            and contenders.product_key = over_caps.product_key
    where over_caps.product_key is null

),

fixed as (

    select
        week_part,
        list_key,
        product_key,
        fixed_slot as slot,
        row_number() over (
            partition by week_part, list_key
            order by fixed_slot asc nulls last
        ) as fixed_place
    from kept
    where fixed_slot is not null

),

free as (

    select * from kept
    where fixed_slot is null

),

personal_queue as (

    select
        *,
        row_number() over (
            partition by week_part, list_key
            order by personal_place asc nulls last
        ) as queue_place
    from free
    where personal_place is not null

),

personal_slots as (

    select * from personal_queue
    where
        queue_place <= ceil({{ depth }} * round(personal_share * 1000) / 1000)
        or personal_share = 1

),

fallback_queue as (

    select
        free.*,
        row_number() over (
            partition by free.week_part, free.list_key
            order by free.fallback_place asc nulls last
        ) as queue_place
    from free
    left join personal_slots
        on
            free.week_part = personal_slots.week_part
            and free.list_key = personal_slots.list_key
            and free.product_key = personal_slots.product_key
    where
        free.fallback_place is not null
        and personal_slots.product_key is null

),

-- The two queues lie between each other as in the home list.
interleaved as (

    select
        week_part,
        list_key,
        product_key,
        true as is_personal,
        floor((queue_place - 1) * 1000 / round(personal_share * 1000)) + 1 as position
    from personal_slots
    union all
    select
        week_part,
        list_key,
        product_key,
        false as is_personal,
        ceil(queue_place * 1000 / round((1 - personal_share) * 1000)) as position
    from fallback_queue

),

numbered as (

    select
        *,
        row_number() over (
            partition by week_part, list_key
            order by position asc
        ) as free_place
    from interleaved

),

-- The n-th of the others takes the n-th slot that nothing keeps.
shifted as (

    select
        numbered.week_part,
        numbered.list_key,
        numbered.product_key,
        numbered.is_personal,
        numbered.free_place + count(fixed.slot) as slot
    from numbered
    left join fixed
        on
            numbered.week_part = fixed.week_part
            and numbered.list_key = fixed.list_key
            and fixed.slot - fixed.fixed_place < numbered.free_place
    where numbered.free_place <= {{ list_length }}
    group by
        numbered.week_part,
        numbered.list_key,
        numbered.product_key,
        numbered.is_personal,
        numbered.free_place

),

taken as (

    select
        week_part,
        list_key,
        product_key,
        is_personal,
        slot
    from shifted
    union all
    select
        week_part,
        list_key,
        product_key,
        cast(null as boolean) as is_personal,
        slot
    from fixed

),

listed as (

    select
        *,
        row_number() over (
            partition by week_part, list_key
            order by slot asc nulls last
        ) as list_slot
    from taken

),

described as (

    select
        kept.*,
        coalesce(listed.is_personal, kept.is_personal) as is_personal_slot,
        listed.list_slot
    from listed
    inner join kept
        on
            listed.week_part = kept.week_part
            and listed.list_key = kept.list_key
            and listed.product_key = kept.product_key
    where listed.list_slot <= {{ list_length }}

),

final as (

    select
        'serving' as fold_id,
        'live' as scenario_id,
        'home' as placement,
        described.week_part,
        described.customer_key,
        described.product_key,
        case
            when described.place is null and described.pinned_slot is not null
                then 'pinned'
            when described.is_personal_slot then described.strategy
            when described.newcomers_score is null then 'popularity'
            else 'newcomers'
        end as strategy,
        described.is_personal_slot as is_personal,
        cast(
            case
                when described.is_personal_slot then described.score
                else coalesce(described.newcomers_score, described.count_buyers_30d)
            end as double
        ) as score,
        cast(described.context_multiplier as double) as context_multiplier,
        described.is_drawn as is_discovery,
        discoveries.discovery_kind,
        discoveries.seed_product_key,
        discoveries.distance,
        discoveries.propensity,
        cast(described.list_slot as integer) as slot
    from described
    left join discoveries
        on
            described.is_drawn
            and described.list_key = discoveries.list_key
            and described.product_key = discoveries.product_key

)

select * from final
