with

contenders as (

    select * from {{ ref('int_diversity__contenders') }}
    where removed_by_rule_id is null

),

scenarios as (

    select * from {{ ref('int_placements__part_scenarios') }}

),

part_rules as (

    select * from {{ ref('int_placements__part_rules') }}

),

assigned as (

    select * from {{ ref('int_slots__assigned') }}

),

lifts as (

    select * from {{ ref('int_contexts__lifts') }}
    where test_id = 'time_of_week'

),

products as (

    select * from {{ ref('int_features__products') }}

),

contexts as (

    select distinct
        context_key,
        fold_id
    from scenarios

),

-- What pins, draws and reserved places put into a slot keeps it at all hours.
near as (

    select
        contenders.*,
        contexts.fold_id,
        products.category,
        case
            when
                contenders.pinned_slot is not null
                or assigned.is_drawn
                or assigned.is_reserved
                then assigned.slot
        end as fixed_slot,
        coalesce(assigned.is_drawn, false) as is_drawn,
        assigned.reserved_by_rule_id,
        coalesce(assigned.is_personal, contenders.personal_share > 0) as is_personal
    from contenders
    inner join contexts
        on contenders.context_key = contexts.context_key
    inner join products
        on
            contexts.fold_id = products.fold_id
            and contenders.product_key = products.product_key
    left join assigned
        on
            contenders.list_key = assigned.list_key
            and contenders.product_key = assigned.product_key

),

-- What value or diversity has put behind another counts no more than that other: with
-- equal lifts the order is that of the home list.
falling as (

    select
        *,
        min(final_score) over (
            partition by list_key
            order by personal_place asc nulls last
            rows between unbounded preceding and current row
        ) as place_score
    from near

),

masks as (

    select distinct
        fold_id,
        rule_mask
    from near

),

effects as (

    select
        scenarios.fold_id,
        scenarios.scenario_id,
        scenarios.week_part,
        masks.rule_mask,
        min_by(
            part_rules.rule_id,
            case when part_rules.action = 'exclude' then part_rules.rule_number end
        ) as part_removing_rule_id,
        {{ aisle.rule_multiplier('part_rules.action', 'part_rules.strength') }}
            as part_multiplier,
        {{ aisle.string_list(
            "case when part_rules.action in ('boost', 'bury') "
            ~ "then part_rules.rule_id end"
        ) }} as part_rule_ids
    from scenarios
    inner join part_rules
        on
            scenarios.fold_id = part_rules.fold_id
            and scenarios.week_part = part_rules.week_part
            and (scenarios.acting_mask & part_rules.rule_bit) > 0
    inner join masks
        on
            scenarios.fold_id = masks.fold_id
            and (
                part_rules.is_universal
                or (masks.rule_mask & part_rules.rule_bit) > 0
            )
    group by
        scenarios.fold_id,
        scenarios.scenario_id,
        scenarios.week_part,
        masks.rule_mask

),

weighed as (

    select
        scenarios.scenario_id,
        scenarios.week_part,
        falling.*,
        effects.part_removing_rule_id,
        effects.part_rule_ids,
        effects.part_removing_rule_id is null as is_kept,
        coalesce(effects.part_multiplier, 1)
        * case
            when scenarios.is_lifted then coalesce(lifts.lift, 1)
            else 1
        end as part_multiplier
    from falling
    inner join scenarios
        on falling.context_key = scenarios.context_key
    left join effects
        on
            falling.fold_id = effects.fold_id
            and falling.rule_mask = effects.rule_mask
            and scenarios.scenario_id = effects.scenario_id
            and scenarios.week_part = effects.week_part
    left join lifts
        on
            falling.fold_id = lifts.fold_id
            and falling.category = lifts.category
            and scenarios.week_part = lifts.situation

),

-- Of either queue the best alone are moved, as at all hours.
bounded as (

    select
        *,
        case
            when place > {{ var('reranked_candidates') }} then 1
            else part_multiplier
        end as context_multiplier,
        case
            when fallback_place > {{ var('reranked_candidates') }} then 1
            else part_multiplier
        end as fallback_multiplier
    from weighed

),

queued as (

    select
        *,
        case
            when is_kept and personal_place is not null
                then row_number() over (
                    partition by
                        scenario_id,
                        week_part,
                        list_key,
                        is_kept,
                        personal_place is null
                    order by
                        place_score * context_multiplier desc nulls last,
                        personal_place asc nulls last
                )
        end as part_place,
        case
            when is_kept and fallback_place is not null
                then row_number() over (
                    partition by
                        scenario_id,
                        week_part,
                        list_key,
                        is_kept,
                        fallback_place is null
                    order by
                        {{ aisle.discounted_gain('fallback_place') }}
                        * fallback_multiplier desc nulls last,
                        fallback_place asc nulls last
                )
        end as part_fallback_place
    from bounded

),

final as (

    select
        fold_id,
        scenario_id,
        week_part,
        list_key,
        context_key,
        customer_key,
        product_key,
        strategy,
        score,
        newcomers_score,
        count_buyers_30d,
        personal_share,
        place,
        pinned_slot,
        rule_mask,
        relevance,
        multiplier,
        value_multiplier,
        diversity_multiplier,
        mmr_value,
        context_multiplier,
        final_score * context_multiplier as final_score,
        nullif(
            concat_ws(
                ', ',
                applied_rule_ids,
                case
                    when
                        coalesce(
                            least(place, fallback_place)
                            <= {{ var('reranked_candidates') }},
                            true
                        )
                        then part_rule_ids
                end,
                reserved_by_rule_id
            ),
            ''
        ) as applied_rule_ids,
        part_removing_rule_id as removed_by_rule_id,
        fixed_slot,
        is_drawn,
        is_personal,
        part_place as personal_place,
        part_fallback_place as fallback_place,
        case
            when not is_kept then null
            -- A cap of the part takes the reserved first, and the pinned last.
            when fixed_slot is not null and pinned_slot is not null then -2
            when is_drawn then -1
            when fixed_slot is not null then 0
            else least(
                part_place / nullif(personal_share, 0),
                part_fallback_place / nullif(1 - personal_share, 0)
            )
        end as queue_key
    from queued

)

select * from final
