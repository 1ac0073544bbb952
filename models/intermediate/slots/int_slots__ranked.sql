with

contenders as (

    select * from {{ ref('int_diversity__contenders') }}

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}

),

over_cap as (

    select * from {{ ref('int_diversity__over_caps') }}

),

discoveries as (

    select * from {{ ref('int_diversity__discoveries') }}

),

slots as (

    select * from {{ ref('int_slots__assigned') }}

),

listed as (

    select
        contenders.context_key,
        contenders.customer_key,
        contenders.product_key,
        contenders.strategy,
        contenders.is_bought,
        contenders.score,
        contenders.newcomers_score,
        contenders.count_buyers_30d,
        contenders.personal_share,
        contenders.place,
        contenders.pinned_slot,
        contenders.relevance,
        contenders.multiplier,
        contenders.value_multiplier,
        contenders.diversity_multiplier,
        contenders.mmr_value,
        contenders.final_score,
        discoveries.discovery_kind,
        discoveries.seed_product_key,
        discoveries.distance,
        discoveries.propensity,
        contenders.applied_rule_ids,
        coalesce(contenders.removed_by_rule_id, over_cap.rule_id)
            as removed_by_rule_id,
        slots.is_personal,
        slots.is_drawn,
        slots.reserved_by_rule_id,
        slots.slot
    from contenders
    left join over_cap
        on
            contenders.list_key = over_cap.list_key
            and contenders.product_key = over_cap.product_key
    left join slots
        on
            contenders.list_key = slots.list_key
            and contenders.product_key = slots.product_key
    left join discoveries
        on
            slots.is_drawn
            and slots.list_key = discoveries.list_key
            and slots.product_key = discoveries.product_key

),

final as (

    select
        contexts.fold_id,
        contexts.scenario_id,
        contexts.placement,
        listed.customer_key,
        listed.product_key,
        case
            when listed.place is null and listed.pinned_slot is not null then 'pinned'
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
        cast(listed.value_multiplier as double) as value_multiplier,
        cast(listed.diversity_multiplier as double) as diversity_multiplier,
        cast(listed.mmr_value as double) as mmr_value,
        cast(listed.final_score as double) as final_score,
        coalesce(listed.is_drawn, false) as is_discovery,
        listed.discovery_kind,
        listed.seed_product_key,
        cast(listed.distance as double) as distance,
        cast(listed.propensity as double) as propensity,
        listed.removed_by_rule_id,
        nullif(
            concat_ws(', ', listed.applied_rule_ids, listed.reserved_by_rule_id), ''
        ) as applied_rule_ids,
        cast(listed.slot as integer) as slot
    from listed
    inner join contexts
        on listed.context_key = contexts.context_key
    where
        listed.slot is not null
        or (
            contexts.fold_id = 'serving'
            and contexts.placement = 'home'
            and listed.place <= {{ var('trace_depth') }}
        )

)

select * from final
