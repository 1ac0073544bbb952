with

effects as (

    select * from {{ ref('int_rules__effects') }}

),

objectives as (

    select * from {{ ref('int_rules__objectives') }}

),

contexts as (

    select * from {{ ref('int_rules__contexts') }}

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
        )""") }} as objectives,
        max(weight) > 0 as is_valued
    from objectives
    group by scenario_id

),

-- How much value may move hangs on the slots that discoveries leave.
described as (

    select
        effect_texts.*,
        objective_texts.objectives,
        case when objective_texts.is_valued then contexts.count_discoveries end
            as count_discoveries
    from effect_texts
    inner join objective_texts
        on effect_texts.scenario_id = objective_texts.scenario_id
    inner join contexts
        on effect_texts.context_key = contexts.context_key

),

final as (

    select
        context_key,
        scenario_id = 'live' as is_live,
        min(context_key) over (
            partition by fold_id, placement, effects, objectives, count_discoveries
        ) as shared_context_key,
        bool_or(scenario_id = 'live') over (
            partition by fold_id, placement, effects, objectives, count_discoveries
        ) as is_shared_with_live
    from described

)

select * from final
