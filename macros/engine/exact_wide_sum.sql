{# `exact_sum` by `exact_wide_decimal`. #}
{% macro exact_wide_sum(expression) -%}
cast(sum({{ aisle.exact_wide_decimal(expression) }}) as double)
{%- endmacro %}
