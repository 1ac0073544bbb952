{%- set setting = ['experiment_id', 'setting_kind', 'setting_id'] -%}

with

served as (

    select * from {{ ref('int_experiments__served') }}
    where is_known

),

settings as (

    select * from {{ ref('input_release_settings') }}

),

spans as (

    select
        experiment_id,
        variant,
        release_id,
        min(first_served_at) as first_served_at
    from served
    group by experiment_id, variant, release_id

),

named as (

    select distinct
        spans.experiment_id,
        settings.setting_kind,
        settings.setting_id
    from spans
    inner join settings
        on spans.release_id = settings.release_id

),

-- A setting that a release does not have is one too: a rule that is off.
met as (

    select
        spans.experiment_id,
        named.setting_kind,
        named.setting_id,
        spans.variant,
        spans.release_id,
        coalesce(settings.value, 'none') as value,
        spans.first_served_at
    from spans
    inner join named
        on spans.experiment_id = named.experiment_id
    left join settings
        on
            spans.release_id = settings.release_id
            and named.setting_kind = settings.setting_kind
            and named.setting_id = settings.setting_id
            and (
                spans.variant = 'treatment'
                or coalesce(spans.experiment_id != settings.experiment_id, true)
            )

),

sequenced as (

    select
        *,
        lag(release_id) over (
            partition by experiment_id, setting_kind, setting_id, variant
            order by first_served_at asc nulls last, release_id asc
        ) as earlier_release_id,
        lag(value) over (
            partition by experiment_id, setting_kind, setting_id, variant
            order by first_served_at asc nulls last, release_id asc
        ) as earlier_value
    from met

),

changed as (

    select * from sequenced
    where value != earlier_value

),

changed_settings as (

    select distinct {{ setting | join(', ') }}
    from changed

),

-- Day by day, since on the day of a change a variant meets both.
met_by_day as (

    select distinct
        met.experiment_id,
        met.setting_kind,
        met.setting_id,
        met.variant,
        met.value,
        served.served_on
    from met
    inner join changed_settings
        on
            {% for column in setting -%}
                met.{{ column }} = changed_settings.{{ column }}
                {% if not loop.last %}and {% endif -%}
            {% endfor %}
    inner join served
        on
            met.experiment_id = served.experiment_id
            and met.variant = served.variant
            and met.release_id = served.release_id

),

compared as (

    select
        {% for column in setting -%}
            base.{{ column }},
        {% endfor -%}
        base.served_on,
        base.variant as base_variant,
        compared.variant,
        max(case when base.value = compared.value then 1 else 0 end) as has_shared
    from met_by_day as base
    inner join met_by_day as compared
        on
            {% for column in setting -%}
                base.{{ column }} = compared.{{ column }}
                and {% endfor -%}
            base.served_on = compared.served_on
            and base.variant < compared.variant
    group by
        {% for column in setting -%}
            base.{{ column }},
        {% endfor -%}
        base.served_on,
        base.variant,
        compared.variant

),

-- Two variants that on one day had nothing in common did not change alike.
apart as (

    select distinct {{ setting | join(', ') }}
    from compared
    where has_shared = 0

),

final as (

    select
        changed.experiment_id,
        changed.setting_kind,
        changed.setting_id,
        changed.variant,
        changed.earlier_release_id,
        changed.release_id,
        changed.earlier_value,
        changed.value,
        apart.experiment_id is null as is_alike,
        changed.first_served_at as changed_at
    from changed
    left join apart
        on
            {% for column in setting -%}
                changed.{{ column }} = apart.{{ column }}
                {% if not loop.last %}and {% endif -%}
            {% endfor %}

)

select * from final
