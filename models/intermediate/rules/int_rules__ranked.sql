{%- set kinds = {'buy_again': 'is_bought', 'new_for_you': 'not is_bought'} -%}
{%- set list_length = aisle.checked_var('list_length') -%}
{%- set depth = [list_length, aisle.checked_var('evaluation_depth')] | max -%}
{#- Behind so many a product comes into no list, whatever is removed before it. -#}
{%- set considered = 3 * depth -%}
{#- A list is one number, as this is the widest sort of the build. -#}
{%- set lists_per_context = 1000000000 -%}
{%- set carried = [
    'context_key', 'customer_key', 'product_key',
    'strategy', 'personal_share', 'newcomers_score', 'count_buyers_30d', 'is_bought',
    'score', 'place', 'relevance', 'multiplier', 'final_score', 'applied_rule_ids',
] -%}

with

candidates as (

    select * from {{ ref('int_rules__candidates') }}

),

hits as (

    select * from {{ ref('int_rules__hits') }}

),

acting as (

    select * from {{ ref('int_rules__acting') }}

),

effects as (

    select * from {{ ref('int_rules__effects') }}

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

details as (

    select * from {{ ref('int_folds__products') }}

),

-- Each shelf in the order of its own strategy.
contenders as (

    {% for placement in aisle.shelves() -%}
        select
            fold_id,
            '{{ placement }}' as placement,
            customer_key,
            product_key,
            is_candidate,
            {{ placement }}_strategy as strategy,
            is_bought,
            {{ placement }}_score as score,
            newcomers_score,
            count_buyers_30d,
            popularity_rank,
            personal_share
        from candidates
        {% if placement in kinds -%}
            where {{ kinds[placement] }}
        {% endif -%}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

placed as (

    select
        *,
        case
            when is_candidate and personal_share > 0
                then row_number() over (
                    partition by fold_id, placement, customer_key
                    order by
                        is_candidate desc, score desc nulls last, popularity_rank asc
                )
        end as place
    from contenders

),

-- Calibrated is the order of the home list alone. Elsewhere, and for whom nothing is
-- known, the discount of the place stands in: it falls from place to place too.
related as (

    select
        placed.fold_id,
        placed.placement,
        placed.customer_key,
        placed.product_key,
        placed.strategy,
        placed.is_bought,
        placed.score,
        placed.newcomers_score,
        placed.count_buyers_30d,
        placed.popularity_rank,
        placed.personal_share,
        placed.place,
        coalesce(hits.rule_mask, 0) as rule_mask,
        coalesce(
            min(probabilities.purchase_probability_30d) over (
                partition by placed.fold_id, placed.placement, placed.customer_key
                order by placed.place asc nulls last
                rows between unbounded preceding and current row
            ),
            {{ aisle.discounted_gain('placed.place') }}
        ) as relevance
    from placed
    left join hits
        on
            placed.fold_id = hits.fold_id
            and placed.customer_key = hits.customer_key
            and placed.product_key = hits.product_key
    left join probabilities
        on
            placed.fold_id = probabilities.fold_id
            and placed.customer_key = probabilities.customer_key
            and placed.product_key = probabilities.product_key
            and placed.placement = 'home'

),

scored as (

    select
        related.customer_key,
        related.product_key,
        related.strategy,
        related.is_bought,
        related.score,
        related.newcomers_score,
        related.count_buyers_30d,
        related.popularity_rank,
        related.personal_share,
        related.place,
        related.relevance,
        related.rule_mask,
        effects.context_key,
        cast(effects.context_key as bigint) * {{ lists_per_context }}
        + related.customer_key as list_key,
        effects.removed_by_rule_id,
        effects.pinned_slot,
        effects.applied_rule_ids,
        case
            when related.place <= {{ var('reranked_candidates') }}
                then effects.multiplier
            else 1
        end as multiplier,
        related.relevance * case
            when related.place <= {{ var('reranked_candidates') }}
                then effects.multiplier
            else 1
        end as final_score
    from related
    inner join effects
        on
            related.fold_id = effects.fold_id
            and related.placement = effects.placement
            and related.rule_mask = effects.rule_mask

),

-- Where a product would stand in either queue if the other were not there.
queued as (

    select
        *,
        case
            when place is not null
                then row_number() over (
                    partition by list_key
                    order by final_score desc nulls last, place asc nulls last
                )
        end as personal_place,
        case
            when personal_share < 1
                then row_number() over (
                    partition by list_key
                    order by newcomers_score desc nulls last, popularity_rank asc
                )
        end as fallback_place
    from scored
    where removed_by_rule_id is null

),

near as (

    select
        *,
        case
            when pinned_slot is not null then 0
            else least(
                personal_place / nullif(personal_share, 0),
                fallback_place / nullif(1 - personal_share, 0)
            )
        end as queue_key
    from queued
    where
        pinned_slot is not null
        or place <= {{ var('trace_depth') }}
        or personal_place <= {{ considered }}
        or fallback_place <= {{ considered }}

),

caps as (

    select * from acting
    where action = 'cap'

),

-- Of each category (or brand, or all that the rule is about) the first so many.
capped as (

    select
        near.list_key,
        near.product_key,
        caps.rule_number,
        caps.rule_id,
        caps.strength,
        case caps.per
            when 'category' then products.category
            when 'subcategory' then products.subcategory
            when 'brand' then products.brand
            when 'seller_id' then coalesce(details.seller_id, 'unknown')
            else 'any'
        end as group_value,
        near.queue_key
    from near
    inner join caps
        on
            near.context_key = caps.context_key
            and near.rule_mask = caps.rule_mask
    inner join products
        on
            caps.fold_id = products.fold_id
            and near.product_key = products.product_key
    inner join details
        on
            caps.fold_id = details.fold_id
            and near.product_key = details.product_key

),

counted as (

    select
        *,
        row_number() over (
            partition by list_key, rule_number, group_value
            order by queue_key asc, product_key asc
        ) as group_place
    from capped
    where group_value != 'unknown'

),

over_cap as (

    select
        list_key,
        product_key,
        min_by(rule_id, rule_number) as rule_id
    from counted
    where group_place > strength
    group by
        list_key,
        product_key

),

kept as (

    select
        near.context_key,
        near.list_key,
        near.product_key,
        near.rule_mask,
        near.personal_share,
        near.popularity_rank,
        near.pinned_slot,
        near.personal_place,
        near.fallback_place
    from near
    left join over_cap
        on
            near.list_key = over_cap.list_key
            and near.product_key = over_cap.product_key
    where over_cap.rule_id is null

),

pinned as (

    select
        *,
        row_number() over (
            partition by list_key
            order by pinned_slot asc, popularity_rank asc
        ) as pin_place
    from kept
    where pinned_slot is not null

),

-- Two pins of one slot: the second takes the next one.
pins as (

    select
        *,
        pin_place + max(pinned_slot - pin_place) over (
            partition by list_key
            order by pin_place asc
            rows between unbounded preceding and current row
        ) as slot
    from pinned

),

personal_queue as (

    select
        *,
        row_number() over (
            partition by list_key
            order by personal_place asc
        ) as queue_place
    from kept
    where
        pinned_slot is null
        and personal_place is not null

),

personal_slots as (

    select * from personal_queue
    where
        queue_place <= ceil({{ depth }} * round(personal_share * 1000) / 1000)
        or personal_share = 1

),

-- What has no personal slot: first what newcomers are shown, then best sellers.
fallback_queue as (

    select
        kept.*,
        row_number() over (
            partition by kept.list_key
            order by kept.fallback_place asc
        ) as queue_place
    from kept
    left join personal_slots
        on
            kept.list_key = personal_slots.list_key
            and kept.product_key = personal_slots.product_key
    where
        kept.pinned_slot is null
        and kept.fallback_place is not null
        and personal_slots.product_key is null

),

-- Slot n is personal where n times the share passes a whole number: these are the
-- slots of the two queues, which together leave none out. Thousandths divide exactly.
interleaved as (

    select
        *,
        true as is_personal,
        floor((queue_place - 1) * 1000 / round(personal_share * 1000)) + 1 as position
    from personal_slots
    union all
    select
        *,
        false as is_personal,
        ceil(queue_place * 1000 / round((1 - personal_share) * 1000)) as position
    from fallback_queue

),

numbered as (

    select
        *,
        row_number() over (
            partition by list_key
            order by position asc
        ) as natural_slot
    from interleaved

),

reserves as (

    select * from acting
    where action = 'reserve'

),

reserved_slots as (

    select
        context_key,
        sum(strength) as count_slots
    from (
        select distinct
            context_key,
            rule_number,
            strength
        from reserves
    ) as distinct_rules
    group by context_key

),

pin_counts as (

    select
        list_key,
        count(*) as count_pins
    from pins
    where slot <= {{ list_length }}
    group by list_key

),

reserve_members as (

    select
        numbered.list_key,
        numbered.product_key,
        reserves.context_key,
        reserves.rule_id,
        reserves.rule_number,
        reserves.strength,
        row_number() over (
            partition by numbered.list_key, reserves.rule_number
            order by numbered.natural_slot asc
        ) as member_place
    from numbered
    inner join reserves
        on
            numbered.context_key = reserves.context_key
            and numbered.rule_mask = reserves.rule_mask

),

-- The best of what has places reserved; those behind are moved up to these places.
promoted as (

    select
        reserve_members.list_key,
        reserve_members.product_key,
        min_by(reserve_members.rule_id, reserve_members.rule_number) as rule_id,
        {{ list_length }} + 0.5e0
        - coalesce(min(pin_counts.count_pins), 0)
        - min(reserved_slots.count_slots) as latest_slot
    from reserve_members
    inner join reserved_slots
        on reserve_members.context_key = reserved_slots.context_key
    left join pin_counts
        on reserve_members.list_key = pin_counts.list_key
    where reserve_members.member_place <= reserve_members.strength
    group by reserve_members.list_key, reserve_members.product_key

),

ordered as (

    select
        numbered.*,
        case
            when numbered.natural_slot > promoted.latest_slot then promoted.rule_id
        end as reserved_by_rule_id,
        row_number() over (
            partition by numbered.list_key
            order by
                least(
                    numbered.natural_slot,
                    coalesce(promoted.latest_slot, numbered.natural_slot)
                ) asc,
                numbered.natural_slot asc
        ) as free_place
    from numbered
    left join promoted
        on
            numbered.list_key = promoted.list_key
            and numbered.product_key = promoted.product_key

),

-- The n-th of the others takes the n-th slot that no pin has.
shifted as (

    select
        ordered.list_key,
        ordered.product_key,
        ordered.is_personal,
        ordered.reserved_by_rule_id,
        ordered.free_place + count(pins.slot) as slot
    from ordered
    left join pins
        on
            ordered.list_key = pins.list_key
            and pins.slot - pins.pin_place < ordered.free_place
    where ordered.free_place <= {{ depth }}
    group by
        ordered.list_key,
        ordered.product_key,
        ordered.is_personal,
        ordered.reserved_by_rule_id,
        ordered.free_place

),

slots as (

    select
        list_key,
        product_key,
        is_personal,
        reserved_by_rule_id,
        slot
    from shifted
    union all
    select
        list_key,
        product_key,
        personal_share > 0 as is_personal,
        cast(null as {{ dbt.type_string() }}) as reserved_by_rule_id,
        slot
    from pins

),

listed as (

    select
        {% for column in carried -%}
            near.{{ column }},
        {% endfor -%}
        over_cap.rule_id as removed_by_rule_id,
        slots.is_personal,
        slots.reserved_by_rule_id,
        slots.slot
    from near
    left join over_cap
        on
            near.list_key = over_cap.list_key
            and near.product_key = over_cap.product_key
    left join slots
        on
            near.list_key = slots.list_key
            and near.product_key = slots.product_key
    union all
    select
        {% for column in carried -%}
            {{ column }},
        {% endfor -%}
        removed_by_rule_id,
        cast(null as boolean) as is_personal,
        cast(null as {{ dbt.type_string() }}) as reserved_by_rule_id,
        cast(null as bigint) as slot
    from scored
    where removed_by_rule_id is not null

),

contexts as (

    select distinct
        context_key,
        fold_id,
        scenario_id,
        placement
    from effects

),

final as (

    select
        contexts.fold_id,
        contexts.scenario_id,
        contexts.placement,
        listed.customer_key,
        listed.product_key,
        case
            when coalesce(listed.is_personal, listed.personal_share > 0)
                then listed.strategy
            when listed.newcomers_score is null then 'popularity'
            else 'newcomers'
        end as strategy,
        coalesce(listed.is_personal, listed.personal_share > 0) as is_personal,
        listed.is_bought,
        cast(
            case
                when coalesce(listed.is_personal, listed.personal_share > 0)
                    then listed.score
                else coalesce(listed.newcomers_score, listed.count_buyers_30d)
            end as double
        ) as score,
        cast(listed.place as integer) as place,
        cast(listed.relevance as double) as relevance,
        cast(listed.multiplier as double) as multiplier,
        cast(listed.final_score as double) as final_score,
        listed.removed_by_rule_id,
        coalesce(listed.reserved_by_rule_id, listed.applied_rule_ids)
            as applied_rule_ids,
        cast(listed.slot as integer) as slot
    from listed
    inner join contexts
        on listed.context_key = contexts.context_key
    where
        listed.slot <= {{ depth }}
        or (
            contexts.fold_id = 'serving'
            and contexts.placement = 'home'
            and listed.place <= {{ var('trace_depth') }}
        )

)

select * from final
