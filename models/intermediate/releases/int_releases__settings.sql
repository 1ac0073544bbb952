{#- Cells that say what a rule or an objective does. Of a rule neither its period, which
    decides whether it is in force, nor what it is called. -#}
{%- set rule_cells = [
    'action', 'field', 'operator', 'value', 'and_field', 'and_operator', 'and_value',
    'condition', 'condition_value', 'segment', 'region', 'placement', 'months',
    'weekdays', 'hours', 'per', 'strength', 'priority',
] -%}
{%- set scenario_cells = [
    'rules', 'value', 'weight', 'diversity', 'diversity_lambda', 'discovery_share',
] -%}

with

release as (

    select * from {{ ref('int_releases__identity') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

business_rules as (

    select * from {{ ref('business_rules') }}
    where cast(is_enabled as boolean)

),

objectives as (

    select * from {{ ref('objectives') }}
    where cast(is_enabled as boolean)

),

scenarios as (

    select * from {{ ref('scenarios') }}
    where scenario_id = 'live'

),

folds as (

    select {{ aisle.local_date('cutoff_at') }} as first_date
    from {{ ref('folds') }}
    where fold_role = 'serving'

),

-- A rule with months, weekdays or hours keeps its timetable, which is no change.
in_force as (

    select business_rules.*
    from business_rules
    inner join folds
        on
            coalesce(folds.first_date >= cast(business_rules.starts_on as date), true)
            and coalesce(folds.first_date <= cast(business_rules.ends_on as date), true)

),

rules_written as (

    select
        rule_id,
        trim(experiment_id) as experiment_id,
        {{ aisle.named_cells(rule_cells) }} as value
    from in_force

),

-- What counts nothing is the same whatever it is.
objectives_written as (

    select
        objective_id,
        case
            when cast(weight as double) = 0
                then concat_ws(
                    '; ', nullif({{ aisle.named_cells(['segment']) }}, ''), 'weight=0'
                )
            else {{ aisle.named_cells(['segment', 'value', 'weight']) }}
        end as value
    from objectives

),

settings as (

    select
        'rule' as setting_kind,
        rule_id as setting_id,
        max(experiment_id) as experiment_id,
        {{ aisle.string_list('value') }} as value
    from rules_written
    group by rule_id
    union all
    select
        'objective' as setting_kind,
        objective_id as setting_id,
        cast(null as {{ dbt.type_string() }}) as experiment_id,
        value
    from objectives_written
    union all
    select
        'steering' as setting_kind,
        'live_scenario' as setting_id,
        cast(null as {{ dbt.type_string() }}) as experiment_id,
        {{ aisle.named_cells(scenario_cells) }} as value
    from scenarios
    {% for name in aisle.steering_vars() -%}
        union all
        select
            'steering' as setting_kind,
            '{{ name }}' as setting_id,
            cast(null as {{ dbt.type_string() }}) as experiment_id,
            '{{ aisle.checked_var(name) }}' as value
    {% endfor %}

),

final as (

    select
        release.release_id,
        settings.setting_kind,
        settings.setting_id,
        settings.experiment_id,
        settings.value,
        as_of.as_of
    from settings
    cross join release
    cross join as_of

)

select * from final
