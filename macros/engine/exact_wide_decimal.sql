{# `exact_decimal` for values below 10^25 in all, such as squares of weights or of money:
   38 digits, twelve of them behind the point. Slower, so only where 18 digits cannot hold
   a row. #}
{% macro exact_wide_decimal(expression) -%}
cast({{ expression }} as decimal(38, 12))
{%- endmacro %}
