{# `days` is a whole number known when the SQL is compiled; may be negative. #}
{% macro add_days(expression, days) -%}
({{ expression }} + interval '{{ days }}' day)
{%- endmacro %}
