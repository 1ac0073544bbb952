with

contenders as (

    select * from {{ ref('int_placements__part_contenders') }}
    where removed_by_rule_id is null

),

scenarios as (

    select * from {{ ref('int_placements__part_scenarios') }}

),

part_rules as (

    select * from {{ ref('int_placements__part_rules') }}
    where action = 'cap'

),

acting as (

    select * from {{ ref('int_rules__acting') }}
    where action = 'cap'

),

products as (

    select * from {{ ref('int_features__products') }}

),

details as (

    select * from {{ ref('int_folds__products') }}

),

part_caps as (

    select
        scenarios.scenario_id,
        part_rules.*
    from scenarios
    inner join part_rules
        on
            scenarios.fold_id = part_rules.fold_id
            and scenarios.week_part = part_rules.week_part
            and (scenarios.acting_mask & part_rules.rule_bit) > 0

),

-- The caps of all hours, and those of the part.
capped as (

    select
        contenders.fold_id,
        contenders.scenario_id,
        contenders.week_part,
        contenders.list_key,
        contenders.product_key,
        contenders.queue_key,
        acting.rule_number,
        acting.rule_id,
        acting.per,
        acting.strength
    from contenders
    inner join acting
        on
            contenders.context_key = acting.context_key
            and contenders.rule_mask = acting.rule_mask
    union all
    select
        contenders.fold_id,
        contenders.scenario_id,
        contenders.week_part,
        contenders.list_key,
        contenders.product_key,
        contenders.queue_key,
        part_caps.rule_number,
        part_caps.rule_id,
        part_caps.per,
        part_caps.strength
    from contenders
    inner join part_caps
        on
            contenders.fold_id = part_caps.fold_id
            and contenders.scenario_id = part_caps.scenario_id
            and contenders.week_part = part_caps.week_part
            and (
                part_caps.is_universal
                or (contenders.rule_mask & part_caps.rule_bit) > 0
            )

),

grouped as (

    select
        capped.*,
        {{ aisle.cap_group('capped.per', 'products', 'details') }} as group_value
    from capped
    inner join products
        on
            capped.fold_id = products.fold_id
            and capped.product_key = products.product_key
    inner join details
        on
            capped.fold_id = details.fold_id
            and capped.product_key = details.product_key

),

counted as (

    select
        *,
        row_number() over (
            partition by scenario_id, week_part, list_key, rule_number, group_value
            order by queue_key asc nulls last, product_key asc
        ) as group_place
    from grouped
    where group_value != 'unknown'

),

final as (

    select
        scenario_id,
        week_part,
        list_key,
        product_key,
        min_by(rule_id, rule_number) as rule_id
    from counted
    where group_place > strength
    group by scenario_id, week_part, list_key, product_key

)

select * from final
