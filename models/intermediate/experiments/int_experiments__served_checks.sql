{#- What may change while an experiment runs: the check, the kind of setting, and the
    set of them that a release has. -#}
{%- set checks = [
    ('one_rule_set', 'rule', 'rule_set'),
    ('one_objective', 'objective', 'objectives'),
    ('one_steering', 'steering', 'steering'),
] -%}

with

impressions as (

    select * from {{ ref('int_experiments__impressions') }}

),

experiments as (

    select * from {{ ref('experiments') }}
    where coalesce(starts_on, ends_on) is not null

),

assignment_log as (

    select * from {{ ref('int_folds__assignment_log') }}

),

impression_log as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        experiment_id is not null
        and customer_id is not null

),

served as (

    select * from {{ ref('int_experiments__served') }}

),

changes as (

    select * from {{ ref('int_experiments__changes') }}

),

entries as (

    select
        experiment_id,
        first_assigned_at as entered_at,
        false as is_shown
    from assignment_log
    union all
    select
        experiment_id,
        served_at as entered_at,
        true as is_shown
    from impression_log

),

-- An assignment before the first day waits for it.
outside as (

    select
        experiments.experiment_id,
        count(case
            when
                entries.entered_at
                >= {{ aisle.utc_midnight('experiments.ends_on + 1') }}
                or (
                    entries.is_shown
                    and entries.entered_at
                    < {{ aisle.utc_midnight('experiments.starts_on') }}
                )
                then 1
        end) as count_outside
    from experiments
    inner join entries
        on experiments.experiment_id = entries.experiment_id
    group by experiments.experiment_id

),

logged as (

    select
        experiment_id,
        variant,
        count(distinct scenario_id) as count_scenarios,
        count(distinct release_id) as count_releases
    from impressions
    group by experiment_id, variant

),

widest as (

    select
        experiment_id,
        max(count_scenarios) as count_scenarios,
        max(count_releases) as count_releases
    from logged
    group by experiment_id

),

-- Of impressions without a release nobody knows either.
releases as (

    select
        experiment_id,
        coalesce(release_id, 'no release') as release_name,
        max(case when is_known then 0 else 1 end) as is_unknown
    from served
    group by experiment_id, coalesce(release_id, 'no release')

),

unknown_releases as (

    select
        *,
        row_number() over (
            partition by experiment_id, is_unknown
            order by release_name asc nulls last
        ) as position
    from releases

),

unknown as (

    select
        experiment_id,
        {{ aisle.string_list(
            'case when is_unknown = 1 and position <= 5 then release_name end'
        ) }} as detail,
        sum(is_unknown) as count_unknown
    from unknown_releases
    group by experiment_id

),

met as (

    select
        experiment_id,
        variant,
        {% for _, _, column in checks -%}
            count(distinct {{ column }}) as count_{{ column }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from served
    where is_known
    group by experiment_id, variant

),

most as (

    {% for check_name, kind, column in checks -%}
        select
            experiment_id,
            '{{ check_name }}' as check_name,
            '{{ kind }}' as setting_kind,
            max(count_{{ column }}) as count_sets
        from met
        group by experiment_id
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- The same change of several variants is told once, by the first of them.
told as (

    select
        experiment_id,
        setting_kind,
        setting_id,
        earlier_release_id,
        release_id,
        min(changed_at) as changed_at
    from changes
    group by
        experiment_id,
        setting_kind,
        setting_id,
        earlier_release_id,
        release_id

),

numbered as (

    select
        *,
        row_number() over (
            partition by experiment_id, setting_kind
            order by
                changed_at asc nulls last,
                setting_id asc nulls last,
                earlier_release_id asc nulls last,
                release_id asc nulls last
        ) as position
    from told

),

described as (

    select
        experiment_id,
        setting_kind,
        {{ aisle.string_list(
            "case when position <= 5 then concat_ws(' ', cast("
            ~ aisle.local_date('changed_at') ~ " as " ~ dbt.type_string()
            ~ "), setting_id, substr(earlier_release_id, 1, 8), 'to', "
            ~ "substr(release_id, 1, 8)) end"
        ) }} as detail
    from numbered
    group by experiment_id, setting_kind

),

changed as (

    select
        experiment_id,
        setting_kind,
        max(case when is_alike then 0 else 1 end) as is_apart,
        min(changed_at) as changed_at
    from changes
    group by experiment_id, setting_kind

),

checked as (

    select
        experiment_id,
        'one_scenario' as check_name,
        'suppresses' as effect,
        cast(null as {{ dbt.type_string() }}) as detail,
        count_scenarios as value,
        1 as threshold,
        count_scenarios <= 1 as is_passed,
        cast(null as timestamp) as changed_at
    from widest
    union all
    select
        experiment_id,
        'one_release' as check_name,
        'flags' as effect,
        cast(null as {{ dbt.type_string() }}) as detail,
        count_releases as value,
        1 as threshold,
        count_releases <= 1 as is_passed,
        cast(null as timestamp) as changed_at
    from widest
    union all
    select
        experiment_id,
        'known_releases' as check_name,
        'flags' as effect,
        detail,
        count_unknown as value,
        0 as threshold,
        count_unknown = 0 as is_passed,
        cast(null as timestamp) as changed_at
    from unknown
    union all
    select
        experiment_id,
        'planned_days' as check_name,
        'flags' as effect,
        cast(null as {{ dbt.type_string() }}) as detail,
        count_outside as value,
        0 as threshold,
        count_outside = 0 as is_passed,
        cast(null as timestamp) as changed_at
    from outside
    union all
    -- What all variants met alike takes no part in the difference between them.
    select
        most.experiment_id,
        most.check_name,
        case when changed.is_apart = 1 then 'suppresses' else 'flags' end as effect,
        described.detail,
        most.count_sets as value,
        1 as threshold,
        most.count_sets <= 1 as is_passed,
        changed.changed_at
    from most
    left join changed
        on
            most.experiment_id = changed.experiment_id
            and most.setting_kind = changed.setting_kind
    left join described
        on
            most.experiment_id = described.experiment_id
            and most.setting_kind = described.setting_kind

),

final as (

    select
        experiment_id,
        check_name,
        effect,
        detail,
        cast(value as double) as value,
        cast(threshold as double) as threshold,
        is_passed,
        changed_at
    from checked

)

select * from final
