{# Float addition depends on the order of rows, which threads change: sum decimals.
   The value must stay below 10^(18 - scale) per row. #}
{% macro exact_sum(expression, scale=6) -%}
cast(sum(cast({{ expression }} as decimal(18, {{ scale }}))) as double)
{%- endmacro %}
