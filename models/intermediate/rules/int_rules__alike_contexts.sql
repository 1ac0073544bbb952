with

effects as (

    select * from {{ ref('int_rules__effects') }}

),

objectives as (

    select * from {{ ref('int_rules__objectives') }}

),

-- All that rules do in a context, as text, and all that money counts in a scenario.
effect_texts as (

    select
        context_key,
        fold_id,
        scenario_id,
        placement,
        {{ aisle.string_list("""concat_ws(
            '/',
            cast(rule_mask as """ ~ dbt.type_string() ~ """),
            cast(multiplier as """ ~ dbt.type_string() ~ """),
            coalesce(removed_by_rule_id, 'none'),
            coalesce(cast(pinned_slot as """ ~ dbt.type_string() ~ """), 'none'),
            coalesce(weighing_rule_ids, 'none'),
            coalesce(pinning_rule_ids, 'none')
        )""") }} as effects
    from effects
    group by context_key, fold_id, scenario_id, placement

),

objective_texts as (

    select
        scenario_id,
        {{ aisle.string_list("""concat_ws(
            '/',
            segment,
            case when weight > 0 then value end,
            cast(weight as """ ~ dbt.type_string() ~ """)
        )""") }} as objectives
    from objectives
    group by scenario_id

),

final as (

    select
        effect_texts.context_key,
        effect_texts.scenario_id = 'live' as is_live,
        min(effect_texts.context_key) over (
            partition by
                effect_texts.fold_id,
                effect_texts.placement,
                effect_texts.effects,
                objective_texts.objectives
        ) as shared_context_key,
        bool_or(effect_texts.scenario_id = 'live') over (
            partition by
                effect_texts.fold_id,
                effect_texts.placement,
                effect_texts.effects,
                objective_texts.objectives
        ) as is_shared_with_live
    from effect_texts
    inner join objective_texts
        on effect_texts.scenario_id = objective_texts.scenario_id

)

select * from final
