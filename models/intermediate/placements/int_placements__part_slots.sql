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

    select
        week_part,
        list_key,
        product_key,
        personal_share,
        personal_place,
        fallback_place
    from kept
    where fixed_slot is null

),

{{ aisle.interleaved_queues('free', ['week_part', 'list_key'], depth) }},

-- The n-th of the others takes the n-th slot that nothing keeps.
shifted as (

    select
        numbered.week_part,
        numbered.list_key,
        numbered.product_key,
        numbered.is_personal,
        numbered.natural_slot + count(fixed.slot) as slot
    from numbered
    left join fixed
        on
            numbered.week_part = fixed.week_part
            and numbered.list_key = fixed.list_key
            and fixed.slot - fixed.fixed_place < numbered.natural_slot
    where numbered.natural_slot <= {{ list_length }}
    group by
        numbered.week_part,
        numbered.list_key,
        numbered.product_key,
        numbered.is_personal,
        numbered.natural_slot

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
