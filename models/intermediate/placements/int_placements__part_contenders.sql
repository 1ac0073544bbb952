{#- Behind so many a product comes into no list of a part of the week. -#}
{%- set considered = 3 * aisle.checked_var('list_length') -%}
{%- set parts = aisle.week_parts() | map(attribute='week_part') | list -%}

with

contenders as (

    select * from {{ ref('int_diversity__contenders') }}
    where removed_by_rule_id is null

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

assigned as (

    select * from {{ ref('int_slots__assigned') }}
    where slot <= {{ aisle.checked_var('list_length') }}

),

part_rules as (

    select * from {{ ref('int_placements__part_rules') }}

),

tests as (

    select * from {{ aisle.of_full_build('int_contexts__tests') }}
    where test_id = 'time_of_week'

),

lifts as (

    select * from {{ ref('int_contexts__lifts') }}
    where
        test_id = 'time_of_week'
        and fold_id = 'serving'

),

products as (

    select * from {{ ref('int_features__products') }}
    where fold_id = 'serving'

),

decided as (

    select coalesce(bool_or(is_on), false) as is_on
    from tests

),

counted_rules as (

    select count(*) as count_rules
    from part_rules

),

-- Where neither the test nor a rule asks for them there are no lists by part.
week_parts as (

    select
        listed.week_part,
        decided.is_on
    from {{ aisle.value_rows('week_part', parts) }} as listed
    cross join decided
    cross join counted_rules
    where
        decided.is_on
        or counted_rules.count_rules > 0

),

-- What pins, draws and reserved places put into a slot keeps it at all hours.
near as (

    select
        contenders.*,
        products.category,
        case
            when
                contenders.pinned_slot is not null
                or assigned.is_drawn
                or assigned.reserved_by_rule_id is not null
                then assigned.slot
        end as fixed_slot,
        coalesce(assigned.is_drawn, false) as is_drawn,
        coalesce(assigned.is_personal, contenders.personal_share > 0) as is_personal
    from contenders
    inner join contexts
        on contenders.context_key = contexts.context_key
    inner join products
        on contenders.product_key = products.product_key
    left join assigned
        on
            contenders.list_key = assigned.list_key
            and contenders.product_key = assigned.product_key
    where
        assigned.slot is not null
        or contenders.personal_place <= {{ considered }}
        or contenders.fallback_place <= {{ considered }}

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

    select distinct rule_mask
    from near

),

effects as (

    select
        part_rules.week_part,
        masks.rule_mask,
        max(case when part_rules.action = 'exclude' then 1 else 0 end) as is_excluded,
        {{ aisle.rule_multiplier('part_rules.action', 'part_rules.strength') }}
            as multiplier
    from part_rules
    cross join masks
    where
        part_rules.is_universal
        or (masks.rule_mask & part_rules.rule_bit) > 0
    group by part_rules.week_part, masks.rule_mask

),

weighed as (

    select
        week_parts.week_part,
        falling.*,
        case
            when falling.place > {{ var('reranked_candidates') }} then 1
            else
                coalesce(effects.multiplier, 1)
                * case
                    when week_parts.is_on then coalesce(lifts.lift, 1)
                    else 1
                end
        end as context_multiplier
    from falling
    cross join week_parts
    left join effects
        on
            falling.rule_mask = effects.rule_mask
            and week_parts.week_part = effects.week_part
    left join lifts
        on
            falling.category = lifts.category
            and week_parts.week_part = lifts.situation
    where coalesce(effects.is_excluded, 0) = 0

),

queued as (

    select
        *,
        case
            when personal_place is not null
                then row_number() over (
                    partition by week_part, list_key, personal_place is null
                    order by
                        place_score * context_multiplier desc nulls last,
                        personal_place asc nulls last
                )
        end as part_place,
        case
            when fallback_place is not null
                then row_number() over (
                    partition by week_part, list_key, fallback_place is null
                    order by
                        {{ aisle.discounted_gain('fallback_place') }}
                        * context_multiplier desc nulls last,
                        fallback_place asc nulls last
                )
        end as part_fallback_place
    from weighed

),

final as (

    select
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
        context_multiplier,
        fixed_slot,
        is_drawn,
        is_personal,
        part_place as personal_place,
        part_fallback_place as fallback_place,
        case
            when fixed_slot is not null then 0
            else least(
                part_place / nullif(personal_share, 0),
                part_fallback_place / nullif(1 - personal_share, 0)
            )
        end as queue_key
    from queued

)

select * from final
