{{ config(materialized='view') }}

with

contenders as (

    select * from {{ ref('int_rules__contenders') }}

),

places as (

    select * from {{ ref('int_diversity__places') }}

),

discoveries as (

    select * from {{ ref('int_diversity__discoveries') }}

),

placed as (

    select
        contenders.context_key,
        contenders.list_key,
        contenders.customer_key,
        contenders.product_key,
        contenders.strategy,
        contenders.is_bought,
        contenders.score,
        contenders.newcomers_score,
        contenders.count_buyers_30d,
        contenders.popularity_rank,
        contenders.personal_share,
        contenders.place,
        contenders.rule_mask,
        contenders.relevance,
        contenders.multiplier,
        contenders.value_multiplier,
        contenders.final_score * coalesce(places.diversity_multiplier, 1)
            as final_score,
        coalesce(places.diversity_multiplier, 1) as diversity_multiplier,
        places.mmr_value,
        coalesce(contenders.pinned_slot, discoveries.discovery_slot) as pinned_slot,
        contenders.applied_rule_ids,
        contenders.removed_by_rule_id,
        coalesce(places.place, contenders.personal_place) as personal_place,
        contenders.fallback_place,
        contenders.queue_key,
        places.place is not null as is_moved,
        discoveries.discovery_slot,
        discoveries.discovery_kind,
        discoveries.seed_product_key,
        discoveries.distance,
        discoveries.propensity
    from contenders
    left join places
        on
            contenders.list_key = places.list_key
            and contenders.product_key = places.product_key
    left join discoveries
        on
            contenders.list_key = discoveries.list_key
            and contenders.product_key = discoveries.product_key

),

final as (

    select
        context_key,
        list_key,
        customer_key,
        product_key,
        strategy,
        is_bought,
        score,
        newcomers_score,
        count_buyers_30d,
        popularity_rank,
        personal_share,
        place,
        rule_mask,
        relevance,
        multiplier,
        value_multiplier,
        diversity_multiplier,
        mmr_value,
        final_score,
        pinned_slot,
        applied_rule_ids,
        removed_by_rule_id,
        personal_place,
        fallback_place,
        discovery_slot,
        discovery_kind,
        seed_product_key,
        distance,
        propensity,
        -- A discovery stands where its slot is.
        case
            when discovery_slot is not null then discovery_slot - 0.5e0
            when pinned_slot is not null then 0
            when is_moved
                then
                    least(
                        personal_place / nullif(personal_share, 0),
                        fallback_place / nullif(1 - personal_share, 0)
                    )
            else queue_key
        end as queue_key
    from placed

)

select * from final
