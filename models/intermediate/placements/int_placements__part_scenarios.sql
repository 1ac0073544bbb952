{%- set parts = aisle.week_parts() | map(attribute='week_part') | list -%}

with

contexts as (

    select * from {{ ref('int_rules__contexts') }}
    where placement = 'home'

),

part_rules as (

    select * from {{ ref('int_placements__part_rules') }}

),

tests as (

    select * from {{ aisle.of_full_build('int_contexts__tests') }}
    where test_id = 'time_of_week'

),

decided as (

    select coalesce(bool_or(is_on), false) as is_on
    from tests

),

part_masks as (

    select
        fold_id,
        week_part,
        cast(sum(rule_bit) as bigint) as part_mask
    from part_rules
    group by fold_id, week_part

),

-- Where neither the test nor a rule asks for a list by part the home list is right.
served as (

    select
        contexts.context_key,
        contexts.fold_id,
        contexts.scenario_id,
        listed.week_part,
        coalesce(part_masks.part_mask, 0) as acting_mask,
        decided.is_on as is_lifted
    from contexts
    cross join decided
    cross join {{ aisle.value_rows('week_part', parts) }} as listed
    left join part_masks
        on
            contexts.fold_id = part_masks.fold_id
            and listed.week_part = part_masks.week_part
    where
        contexts.fold_id = 'serving'
        and contexts.scenario_id = 'live'
        and (decided.is_on or part_masks.part_mask is not null)

),

-- What the lists with one rule alone, and without it, are compared with.
bases as (

    select
        contexts.context_key,
        contexts.fold_id,
        contexts.scenario_id,
        part_masks.week_part,
        case
            when contexts.scenario_id = 'all_rules' then part_masks.part_mask else 0
        end as acting_mask,
        decided.is_on and contexts.scenario_id = 'all_rules' as is_lifted
    from contexts
    cross join decided
    inner join part_masks
        on contexts.fold_id = part_masks.fold_id
    where contexts.scenario_id in ('all_rules', 'no_rules')

),

final as (

    select
        context_key,
        fold_id,
        scenario_id,
        week_part,
        acting_mask,
        is_lifted
    from served
    union all
    select
        context_key,
        fold_id,
        scenario_id,
        week_part,
        acting_mask,
        is_lifted
    from bases
    union all
    select
        bases.context_key,
        bases.fold_id,
        concat_ws(
            '',
            case when bases.scenario_id = 'all_rules' then 'without_' else 'only_' end,
            part_rules.rule_id
        ) as scenario_id,
        bases.week_part,
        abs(bases.acting_mask - part_rules.rule_bit) as acting_mask,
        bases.is_lifted
    from bases
    inner join part_rules
        on
            bases.fold_id = part_rules.fold_id
            and bases.week_part = part_rules.week_part

)

select * from final
