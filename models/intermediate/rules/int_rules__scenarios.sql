with

scenarios as (

    select * from {{ ref('scenarios') }}

),

rules as (

    select distinct rule_id
    from {{ ref('int_rules__rules') }}

),

-- Each rule alone and each left out: what it costs is measured before it ships.
-- `all_rules` is `live` once more, of the customers that the others have; `rules_alone`
-- is it without objective, diversity and discovery. These are of the home list.
final as (

    select
        scenario_id,
        rules,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        value,
        cast(weight as double) as weight,
        diversity,
        cast(diversity_lambda as double) as diversity_lambda,
        cast(discovery_share as double) as discovery_share,
        scenario_id not in ('live', 'no_rules') as is_of_home
    from scenarios
    union all
    select
        'all_rules' as scenario_id,
        'all' as rules,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as value,
        cast(null as double) as weight,
        cast(null as {{ dbt.type_string() }}) as diversity,
        cast(null as double) as diversity_lambda,
        cast(null as double) as discovery_share,
        false as is_of_home
    union all
    select
        'rules_alone' as scenario_id,
        'all' as rules,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        'margin' as value,
        cast(0 as double) as weight,
        'none' as diversity,
        cast(null as double) as diversity_lambda,
        cast(0 as double) as discovery_share,
        false as is_of_home
    union all
    select
        concat_ws('', 'only_', rule_id) as scenario_id,
        'only' as rules,
        rule_id,
        'margin' as value,
        cast(0 as double) as weight,
        'none' as diversity,
        cast(null as double) as diversity_lambda,
        cast(0 as double) as discovery_share,
        false as is_of_home
    from rules
    union all
    select
        concat_ws('', 'without_', rule_id) as scenario_id,
        'without' as rules,
        rule_id,
        cast(null as {{ dbt.type_string() }}) as value,
        cast(null as double) as weight,
        cast(null as {{ dbt.type_string() }}) as diversity,
        cast(null as double) as diversity_lambda,
        cast(null as double) as discovery_share,
        false as is_of_home
    from rules

)

select * from final
