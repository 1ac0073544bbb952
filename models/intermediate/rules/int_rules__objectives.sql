{#- Segments that a customer may have, and that of a customer without one. -#}
{%- set segments = aisle.rfm_segments() + ['unknown'] -%}

with

scenarios as (

    select * from {{ ref('int_rules__scenarios') }}

),

objectives as (

    select
        lower(trim(segment)) as segment,
        value,
        cast(weight as double) as weight
    from {{ ref('objectives') }}
    where cast(is_enabled as boolean)

),

general as (

    select * from objectives
    where segment is null

),

segments as (

    {% for segment in segments -%}
        select '{{ segment }}' as segment
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- A scenario's own value and weight are those of everybody; else each segment has its
-- row, and those without one the row for all. Without any, relevance alone counts.
final as (

    select
        scenarios.scenario_id,
        segments.segment,
        coalesce(scenarios.value, objectives.value, general.value, 'margin') as value,
        coalesce(scenarios.weight, objectives.weight, general.weight, 0) as weight
    from scenarios
    cross join segments
    left join objectives
        on segments.segment = objectives.segment
    left join general
        on general.segment is null

)

select * from final
