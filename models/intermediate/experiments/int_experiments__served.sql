{#- Which kind of setting makes which set. -#}
{%- set sets = {
    'rule': 'rule_set', 'objective': 'objectives', 'steering': 'steering'
} -%}

with

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

impressions as (

    select * from {{ ref('int_experiments__impressions') }}

),

settings as (

    select * from {{ ref('input_release_settings') }}

),

shown as (

    select
        impressions.experiment_id,
        impressions.variant,
        impressions.release_id,
        impressions.scenario_id,
        {{ aisle.local_date('impressions.served_at') }} as served_on,
        min(impressions.served_at) as first_served_at,
        count(*) as count_impressions
    from impressions
    inner join runs
        on
            impressions.experiment_id = runs.experiment_id
            and impressions.served_at >= runs.starts_at
            and impressions.served_at < runs.ends_at
    group by
        impressions.experiment_id,
        impressions.variant,
        impressions.release_id,
        impressions.scenario_id,
        {{ aisle.local_date('impressions.served_at') }}

),

served as (

    select distinct
        experiment_id,
        variant,
        release_id
    from shown

),

-- A rule that an experiment tries acts on its variant `treatment` alone.
sets as (

    select
        served.experiment_id,
        served.variant,
        served.release_id,
        {% for kind, column in sets.items() -%}
            md5(coalesce(
                {{ aisle.string_list(
                    "case when settings.setting_kind = '" ~ kind ~ "' then concat_ws("
                    ~ "': ', settings.setting_id, settings.value) end"
                ) }}, ''
            )) as {{ column }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from served
    inner join settings
        on
            served.release_id = settings.release_id
            and (
                served.variant = 'treatment'
                or coalesce(served.experiment_id != settings.experiment_id, true)
            )
    group by served.experiment_id, served.variant, served.release_id

),

-- A release serves the scenario `live`; of another one it does not say what it was.
final as (

    select
        shown.experiment_id,
        shown.variant,
        shown.release_id,
        shown.scenario_id,
        {% for column in sets.values() -%}
            case
                when coalesce(shown.scenario_id, 'live') = 'live' then sets.{{ column }}
            end as {{ column }},
        {% endfor -%}
        cast(shown.count_impressions as bigint) as count_impressions,
        coalesce(
            sets.release_id is not null
            and coalesce(shown.scenario_id, 'live') = 'live',
            false
        ) as is_known,
        shown.served_on,
        shown.first_served_at
    from shown
    left join sets
        on
            shown.experiment_id = sets.experiment_id
            and shown.variant = sets.variant
            and shown.release_id = sets.release_id

)

select * from final
