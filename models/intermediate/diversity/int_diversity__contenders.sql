{{ config(materialized='view') }}

with

contenders as (

    select * from {{ ref('int_rules__contenders') }}

),

places as (

    select * from {{ ref('int_diversity__places') }}

),

final as (

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
        contenders.pinned_slot,
        contenders.applied_rule_ids,
        contenders.removed_by_rule_id,
        coalesce(places.place, contenders.personal_place) as personal_place,
        contenders.fallback_place,
        case
            when contenders.pinned_slot is not null then 0
            else
                least(
                    coalesce(places.place, contenders.personal_place)
                    / nullif(contenders.personal_share, 0),
                    contenders.fallback_place
                    / nullif(1 - contenders.personal_share, 0)
                )
        end as queue_key
    from contenders
    left join places
        on
            contenders.list_key = places.list_key
            and contenders.product_key = places.product_key

)

select * from final
