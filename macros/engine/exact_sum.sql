{# Float addition depends on the order of rows, which threads change: sum decimals.
   The value must stay below 10^(18 - scale) per row. #}
{% macro exact_sum(expression, scale=6) -%}
cast(sum({{ aisle.exact_decimal(expression, scale) }}) as double)
{%- endmacro %}
