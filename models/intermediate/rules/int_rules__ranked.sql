{%- set kinds = {'buy_again': 'is_bought', 'new_for_you': 'not is_bought'} -%}
{%- set list_length = aisle.checked_var('list_length') -%}
{%- set depth = [list_length, aisle.checked_var('evaluation_depth')] | max -%}
{#- Behind so many a product comes into no list, whatever is removed before it. -#}
{%- set considered = 3 * depth -%}
{%- set list_keys = ['fold_id', 'scenario_id', 'placement', 'customer_key'] -%}
{%- set product_keys = list_keys + ['product_key'] -%}
{%- set carried = product_keys + [
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
        related.*,
        effects.scenario_id,
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
                    partition by {{ list_keys | join(', ') }}
                    order by final_score desc nulls last, place asc nulls last
                )
        end as personal_place,
        case
            when personal_share < 1
                then row_number() over (
                    partition by {{ list_keys | join(', ') }}
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
        near.fold_id,
        near.scenario_id,
        near.placement,
        near.customer_key,
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
            near.fold_id = caps.fold_id
            and near.scenario_id = caps.scenario_id
            and near.placement = caps.placement
            and near.rule_mask = caps.rule_mask
    inner join products
        on
            near.fold_id = products.fold_id
            and near.product_key = products.product_key
    inner join details
        on
            near.fold_id = details.fold_id
            and near.product_key = details.product_key

),

counted as (

    select
        *,
        row_number() over (
            partition by {{ list_keys | join(', ') }}, rule_number, group_value
            order by queue_key asc, product_key asc
        ) as group_place
    from capped
    where group_value != 'unknown'

),

over_cap as (

    select
        {{ product_keys | join(',\n        ') }},
        min_by(rule_id, rule_number) as rule_id
    from counted
    where group_place > strength
    group by
        {{ product_keys | join(',\n        ') }}

),

kept as (

    select near.*
    from near
    left join over_cap
        on
            {% for key in product_keys -%}
                near.{{ key }} = over_cap.{{ key }}
                {%- if not loop.last %}
            and {% endif %}
            {%- endfor %}
    where over_cap.rule_id is null

),

pinned as (

    select
        *,
        row_number() over (
            partition by {{ list_keys | join(', ') }}
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
            partition by {{ list_keys | join(', ') }}
            order by pin_place asc
            rows between unbounded preceding and current row
        ) as slot
    from pinned

),

personal_queue as (

    select
        *,
        row_number() over (
            partition by {{ list_keys | join(', ') }}
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
            partition by
                {% for key in list_keys -%}
                    kept.{{ key }}
                    {%- if not loop.last %},
                {% endif %}
                {%- endfor %}
            order by kept.fallback_place asc
        ) as queue_place
    from kept
    left join personal_slots
        on
            {% for key in product_keys -%}
                kept.{{ key }} = personal_slots.{{ key }}
                {%- if not loop.last %}
            and {% endif %}
            {%- endfor %}
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
            partition by {{ list_keys | join(', ') }}
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
        fold_id,
        scenario_id,
        placement,
        sum(strength) as count_slots
    from (
        select distinct
            fold_id,
            scenario_id,
            placement,
            rule_number,
            strength
        from reserves
    ) as distinct_rules
    group by fold_id, scenario_id, placement

),

pin_counts as (

    select
        {{ list_keys | join(',
        ') }},
        count(*) as count_pins
    from pins
    where slot <= {{ list_length }}
    group by {{ list_keys | join(', ') }}

),

reserve_members as (

    select
        numbered.fold_id,
        numbered.scenario_id,
        numbered.placement,
        numbered.customer_key,
        numbered.product_key,
        reserves.rule_id,
        reserves.rule_number,
        reserves.strength,
        row_number() over (
            partition by
                numbered.fold_id,
                numbered.scenario_id,
                numbered.placement,
                numbered.customer_key,
                reserves.rule_number
            order by numbered.natural_slot asc
        ) as member_place
    from numbered
    inner join reserves
        on
            numbered.fold_id = reserves.fold_id
            and numbered.scenario_id = reserves.scenario_id
            and numbered.placement = reserves.placement
            and numbered.rule_mask = reserves.rule_mask

),

-- The best of what has places reserved; those behind are moved up to these places.
promoted as (

    select
        reserve_members.fold_id,
        reserve_members.scenario_id,
        reserve_members.placement,
        reserve_members.customer_key,
        reserve_members.product_key,
        min_by(reserve_members.rule_id, reserve_members.rule_number) as rule_id,
        {{ list_length }} + 0.5e0
        - coalesce(min(pin_counts.count_pins), 0)
        - min(reserved_slots.count_slots) as latest_slot
    from reserve_members
    inner join reserved_slots
        on
            reserve_members.fold_id = reserved_slots.fold_id
            and reserve_members.scenario_id = reserved_slots.scenario_id
            and reserve_members.placement = reserved_slots.placement
    left join pin_counts
        on
            {% for key in list_keys -%}
                reserve_members.{{ key }} = pin_counts.{{ key }}
                {%- if not loop.last %}
            and {% endif %}
            {%- endfor %}
    where reserve_members.member_place <= reserve_members.strength
    group by
        reserve_members.fold_id,
        reserve_members.scenario_id,
        reserve_members.placement,
        reserve_members.customer_key,
        reserve_members.product_key

),

ordered as (

    select
        numbered.*,
        case
            when numbered.natural_slot > promoted.latest_slot then promoted.rule_id
        end as reserved_by_rule_id,
        row_number() over (
            partition by
                {% for key in list_keys -%}
                    numbered.{{ key }}
                    {%- if not loop.last %},
                {% endif %}
                {%- endfor %}
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
            {% for key in product_keys -%}
                numbered.{{ key }} = promoted.{{ key }}
                {%- if not loop.last %}
            and {% endif %}
            {%- endfor %}

),

-- The n-th of the others takes the n-th slot that no pin has.
shifted as (

    select
        {% for key in product_keys -%}
            ordered.{{ key }},
        {% endfor -%}
        ordered.is_personal,
        ordered.reserved_by_rule_id,
        ordered.free_place + count(pins.slot) as slot
    from ordered
    left join pins
        on
            {% for key in list_keys -%}
                ordered.{{ key }} = pins.{{ key }}
            and {% endfor -%}
            pins.slot - pins.pin_place < ordered.free_place
    where ordered.free_place <= {{ depth }}
    group by
        {% for key in product_keys -%}
            ordered.{{ key }},
        {% endfor -%}
        ordered.is_personal,
        ordered.reserved_by_rule_id,
        ordered.free_place

),

slots as (

    select
        {{ product_keys | join(',\n        ') }},
        is_personal,
        reserved_by_rule_id,
        slot
    from shifted
    union all
    select
        {{ product_keys | join(',\n        ') }},
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
            {% for key in product_keys -%}
                near.{{ key }} = over_cap.{{ key }}
                {%- if not loop.last %}
            and {% endif %}
            {%- endfor %}
    left join slots
        on
            {% for key in product_keys -%}
                near.{{ key }} = slots.{{ key }}
                {%- if not loop.last %}
            and {% endif %}
            {%- endfor %}
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

final as (

    select
        {% for key in product_keys -%}
            {{ key }},
        {% endfor -%}
        case
            when coalesce(is_personal, personal_share > 0) then strategy
            when newcomers_score is null then 'popularity'
            else 'newcomers'
        end as strategy,
        coalesce(is_personal, personal_share > 0) as is_personal,
        is_bought,
        cast(
            case
                when coalesce(is_personal, personal_share > 0) then score
                else coalesce(newcomers_score, count_buyers_30d)
            end as double
        ) as score,
        cast(place as integer) as place,
        cast(relevance as double) as relevance,
        cast(multiplier as double) as multiplier,
        cast(final_score as double) as final_score,
        removed_by_rule_id,
        coalesce(reserved_by_rule_id, applied_rule_ids) as applied_rule_ids,
        cast(slot as integer) as slot
    from listed
    where
        slot <= {{ depth }}
        or (
            fold_id = 'serving'
            and placement = 'home'
            and place <= {{ var('trace_depth') }}
        )

)

select * from final
