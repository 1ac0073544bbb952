{%- set kinds = {'buy_again': 'is_bought', 'new_for_you': 'not is_bought'} -%}
{%- set depth = [
    aisle.checked_var('list_length'), aisle.checked_var('evaluation_depth')
] | max -%}
{#- Behind so many a product comes into no list, whatever is removed before it. -#}
{%- set considered = 3 * depth -%}
{#- A list is one number, as this is the widest sort of the build. -#}
{%- set lists_per_context = 1000000000 -%}

with

candidates as (

    select * from {{ ref('int_rules__candidates') }}

),

hits as (

    select * from {{ ref('int_rules__hits') }}

),

effects as (

    select * from {{ ref('int_rules__effects') }}

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}

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
            when place is not null and removed_by_rule_id is null
                then row_number() over (
                    partition by list_key, removed_by_rule_id is null
                    order by final_score desc nulls last, place asc nulls last
                )
        end as personal_place,
        case
            when personal_share < 1 and removed_by_rule_id is null
                then row_number() over (
                    partition by list_key, removed_by_rule_id is null
                    order by newcomers_score desc nulls last, popularity_rank asc
                )
        end as fallback_place
    from scored

),

final as (

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
        (pinned_slot is not null and removed_by_rule_id is null)
        or place <= {{ var('trace_depth') }}
        or personal_place <= {{ considered }}
        or fallback_place <= {{ considered }}

)

select * from final
