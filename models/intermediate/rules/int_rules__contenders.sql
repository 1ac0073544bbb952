{%- set list_length = aisle.checked_var('list_length') -%}
{%- set depth = [list_length, aisle.checked_var('evaluation_depth')] | max -%}
{#- Behind so many of those that are not excluded a product comes into no list. -#}
{%- set considered = 3 * depth -%}

with

related as (

    select * from {{ ref('int_rules__relevances') }}
    where {{ aisle.in_block('customer_key') }}

),

relative_worths as (

    select * from {{ ref('int_rules__relative_worths') }}
    where {{ aisle.in_block('customer_key') }}

),

alike as (

    select * from {{ ref('int_rules__alike_contexts') }}

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}

),

-- Contexts that differ only in what comes after are weighed and sorted once.
effects as (

    select
        effects.*,
        alike.is_shared_with_live,
        contexts.count_discoveries
    from {{ ref('int_rules__effects') }} as effects
    inner join alike
        on effects.context_key = alike.context_key
    inner join contexts
        on effects.context_key = contexts.context_key
    where alike.context_key = alike.shared_context_key

),

objectives as (

    select * from {{ ref('int_rules__objectives') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}
    where {{ aisle.in_block('customer_key') }}

),

weighed as (

    select
        related.*,
        effects.context_key,
        {{ aisle.list_number('effects.context_key', 'related.customer_key') }}
            as list_key,
        effects.multiplier as rule_multiplier,
        effects.removed_by_rule_id is null as is_kept,
        effects.pinned_slot is not null as is_pinned,
        effects.count_discoveries,
        objectives.weight,
        case objectives.value
            {% for value in aisle.objective_values() -%}
                when '{{ value }}' then relative_worths.{{ value }}
            {% endfor -%}
        end as worth
    from related
    inner join effects
        on
            related.fold_id = effects.fold_id
            and related.placement = effects.placement
            and related.rule_mask = effects.rule_mask
            and (related.is_measured or effects.is_shared_with_live)
    left join segments
        on
            related.fold_id = segments.fold_id
            and related.customer_key = segments.customer_key
    inner join objectives
        on
            effects.scenario_id = objectives.scenario_id
            and coalesce(segments.rfm_segment, 'unknown') = objectives.segment
    left join relative_worths
        on
            related.fold_id = relative_worths.fold_id
            and related.placement = relative_worths.placement
            and related.customer_key = relative_worths.customer_key
            and related.product_key = relative_worths.product_key
            and objectives.weight > 0

),

multiplied as (

    select
        *,
        case
            when place <= {{ var('reranked_candidates') }} then rule_multiplier
            else 1
        end as multiplier,
        case
            when newcomers_place <= {{ var('reranked_candidates') }}
                then rule_multiplier
            else 1
        end as newcomers_multiplier,
        case when weight > 0 then coalesce(power(worth, weight), 1) else 1 end
            as value_multiplier
    from weighed

),

scored as (

    select
        *,
        relevance * multiplier * value_multiplier as final_score
    from multiplied

),

-- Where each would stand if money did not count. What is pinned has a slot anyhow.
unvalued as (

    select
        list_key,
        product_key,
        final_score,
        place,
        -- Slots that go by this order: no discovery's, and no fallback's.
        case personal_share
            when 0 then {{ list_length }}
            when 1 then {{ list_length }} - count_discoveries
            else ceil({{ list_length }} * round(personal_share * 1000) / 1000)
        end as count_slots,
        row_number() over (
            partition by list_key
            order by
                is_pinned desc nulls last,
                relevance * multiplier desc nulls last,
                place asc nulls last,
                product_key asc
        ) as unvalued_place
    from scored
    where
        weight > 0
        and is_kept
        and (place is not null or is_pinned)

),

-- Those that only their value brings onto the list: all but the best few stay behind.
held_back as (

    select
        list_key,
        product_key,
        row_number() over (
            partition by list_key
            order by final_score desc nulls last, place asc nulls last
        ) as entrant_place
    from unvalued
    where unvalued_place > count_slots

),

-- What stays behind does so in the order that it had before its value counted.
ranked as (

    select
        scored.*,
        held_back.product_key is not null as is_held_back,
        case
            when held_back.product_key is not null
                then scored.relevance * scored.multiplier
            else scored.final_score
        end as queue_score
    from scored
    left join held_back
        on
            scored.list_key = held_back.list_key
            and scored.product_key = held_back.product_key
            and held_back.entrant_place > {{ var('moved_by_value') }}

),

-- Where a product would stand in either queue if the other were not there. Each queue
-- is sorted with few columns and without what is not in it, then joined back: sorting
-- everything, with all that is known of it, takes more time and memory.
personal_places as (

    select
        list_key,
        product_key,
        row_number() over (
            partition by list_key
            order by
                is_held_back asc nulls last,
                queue_score desc nulls last,
                place asc nulls last
        ) as personal_place
    from ranked
    where
        is_kept
        and personal_share > 0

),

-- Value counts on lists that are not personal at all; on mixed ones it has brought what
-- it may onto the personal part.
fallback_places as (

    select
        list_key,
        product_key,
        row_number() over (
            partition by list_key
            order by
                (personal_share = 0 and is_held_back) asc nulls last,
                case
                    when personal_share = 0 then queue_score
                    else
                        {{ aisle.discounted_gain('newcomers_place') }}
                        * newcomers_multiplier
                end desc nulls last,
                newcomers_place asc nulls last
        ) as fallback_place
    from ranked
    where
        is_kept
        and newcomers_place is not null

),

queued as (

    select
        ranked.*,
        case
            when ranked.place is not null then personal_places.personal_place
        end as personal_place,
        fallback_places.fallback_place
    from ranked
    left join personal_places
        on
            ranked.list_key = personal_places.list_key
            and ranked.product_key = personal_places.product_key
    left join fallback_places
        on
            ranked.list_key = fallback_places.list_key
            and ranked.product_key = fallback_places.product_key

),

final as (

    select
        {{ aisle.list_number('alike.context_key', 'queued.customer_key') }} as list_key,
        alike.context_key,
        queued.customer_key,
        queued.product_key,
        queued.strategy,
        queued.is_bought,
        queued.score,
        queued.newcomers_score,
        queued.count_buyers_30d,
        queued.popularity_rank,
        queued.personal_share,
        queued.place,
        queued.rule_mask,
        queued.relevance,
        queued.multiplier,
        queued.value_multiplier,
        queued.final_score,
        queued.is_held_back,
        effects.pinned_slot,
        -- Rules weigh the first alone.
        nullif(
            concat_ws(
                ', ',
                case
                    when
                        least(queued.place, queued.newcomers_place)
                        <= {{ var('reranked_candidates') }}
                        then effects.weighing_rule_ids
                end,
                effects.pinning_rule_ids
            ),
            ''
        ) as applied_rule_ids,
        effects.removed_by_rule_id,
        queued.personal_place,
        queued.fallback_place
    from queued
    inner join effects
        on
            queued.context_key = effects.context_key
            and queued.rule_mask = effects.rule_mask
    inner join alike
        on
            queued.context_key = alike.shared_context_key
            and (queued.is_measured or alike.is_live)
    where
        (effects.pinned_slot is not null and effects.removed_by_rule_id is null)
        or queued.place <= {{ var('trace_depth') }}
        or queued.personal_place <= {{ considered }}
        or queued.fallback_place <= {{ considered }}

)

select * from final
