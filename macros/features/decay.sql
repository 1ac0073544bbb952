{# Weight of age: 1 today, one half after `half_life_days`. #}
{% macro decay(age_days, half_life_days=none) -%}
power(
    2,
    -greatest({{ age_days }}, 0)
    / {{ half_life_days or var('half_life_days') }}.0
)
{%- endmacro %}
