{# Weight of age: 1 today, one half after `half_life_days`. #}
{% macro decay(age_days) -%}
power(
    2,
    -greatest({{ age_days }}, 0)
    / cast({{ var('half_life_days') }} as double)
)
{%- endmacro %}
