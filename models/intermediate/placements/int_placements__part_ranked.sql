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

weighed as (

    select
        contenders.*,
        coalesce(contenders.removed_by_rule_id, over_caps.rule_id) as removing_rule_id
    from contenders
    left join over_caps
        on
            contenders.scenario_id = over_caps.scenario_id
            and contenders.week_part = over_caps.week_part
            and contenders.list_key = over_caps.list_key
            and contenders.product_key = over_caps.product_key

),

fixed as (

    select
        scenario_id,
        week_part,
        list_key,
        product_key,
        fixed_slot as slot,
        row_number() over (
            partition by scenario_id, week_part, list_key
            order by fixed_slot asc nulls last
        ) as fixed_place
    from weighed
    where
        removing_rule_id is null
        and fixed_slot is not null

),

free as (

    select
        scenario_id,
        week_part,
        list_key,
        product_key,
        personal_share,
        personal_place,
        fallback_place
    from weighed
    where
        removing_rule_id is null
        and fixed_slot is null

),

{{ aisle.interleaved_queues('free', ['scenario_id', 'week_part', 'list_key'], depth) }},

-- The n-th of the others takes the n-th slot that nothing keeps.
shifted as (

    select
        numbered.scenario_id,
        numbered.week_part,
        numbered.list_key,
        numbered.product_key,
        numbered.is_personal,
        numbered.natural_slot + count(fixed.slot) as slot
    from numbered
    left join fixed
        on
            numbered.scenario_id = fixed.scenario_id
            and numbered.week_part = fixed.week_part
            and numbered.list_key = fixed.list_key
            and fixed.slot - fixed.fixed_place < numbered.natural_slot
    where numbered.natural_slot <= {{ depth }}
    group by
        numbered.scenario_id,
        numbered.week_part,
        numbered.list_key,
        numbered.product_key,
        numbered.is_personal,
        numbered.natural_slot

),

taken as (

    select
        scenario_id,
        week_part,
        list_key,
        product_key,
        is_personal,
        slot
    from shifted
    union all
    select
        scenario_id,
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
            partition by scenario_id, week_part, list_key
            order by slot asc nulls last
        ) as list_slot
    from taken

),

described as (

    select
        weighed.*,
        coalesce(listed.is_personal, weighed.is_personal) as is_personal_slot,
        listed.list_slot
    from weighed
    left join listed
        on
            weighed.scenario_id = listed.scenario_id
            and weighed.week_part = listed.week_part
            and weighed.list_key = listed.list_key
            and weighed.product_key = listed.product_key
            and listed.list_slot <= {{ depth }}

),

final as (

    select
        described.fold_id,
        described.scenario_id,
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
        cast(described.place as integer) as place,
        cast(described.relevance as double) as relevance,
        cast(described.multiplier as double) as multiplier,
        cast(described.value_multiplier as double) as value_multiplier,
        cast(described.diversity_multiplier as double) as diversity_multiplier,
        cast(described.mmr_value as double) as mmr_value,
        cast(described.context_multiplier as double) as context_multiplier,
        cast(described.final_score as double) as final_score,
        described.is_drawn and described.list_slot is not null as is_discovery,
        discoveries.discovery_kind,
        discoveries.seed_product_key,
        cast(discoveries.distance as double) as distance,
        cast(discoveries.propensity as double) as propensity,
        described.removing_rule_id as removed_by_rule_id,
        described.applied_rule_ids,
        cast(described.list_slot as integer) as slot
    from described
    left join discoveries
        on
            described.is_drawn
            and described.list_slot is not null
            and described.list_key = discoveries.list_key
            and described.product_key = discoveries.product_key
    where
        described.list_slot is not null
        or (
            described.fold_id = 'serving'
            and (
                described.place <= {{ var('trace_depth') }}
                or described.fixed_slot is not null
            )
        )

)

select * from final
