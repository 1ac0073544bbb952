with

acting as (

    select * from {{ ref('int_rules__acting') }}

),

summed as (

    select
        context_key,
        fold_id,
        scenario_id,
        placement,
        rule_mask,
        min(case when action = 'exclude' then rule_number end) as removing_number,
        min(case when action = 'pin' then cast(strength as integer) end) as pinned_slot,
        {{ aisle.rule_multiplier('action', 'strength') }} as multiplier,
        {{ aisle.string_list(
            "case when action in ('boost', 'bury') then rule_id end"
        ) }} as weighing_rule_ids,
        {{ aisle.string_list("case when action = 'pin' then rule_id end") }}
            as pinning_rule_ids
    from acting
    group by context_key, fold_id, scenario_id, placement, rule_mask

),

rules as (

    select * from {{ ref('int_rules__rules') }}

),

final as (

    select
        summed.context_key,
        summed.fold_id,
        summed.scenario_id,
        summed.placement,
        summed.rule_mask,
        rules.rule_id as removed_by_rule_id,
        summed.pinned_slot,
        coalesce(summed.multiplier, 1) as multiplier,
        summed.weighing_rule_ids,
        summed.pinning_rule_ids
    from summed
    left join rules
        on summed.removing_number = rules.rule_number

)

select * from final
