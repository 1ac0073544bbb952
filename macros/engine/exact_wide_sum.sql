{# `exact_sum` for values below 10^25 in all, such as squares of weights or of money:
   38 digits, twelve of them behind the point. Slower, so only where 18 digits cannot hold
   a row. #}
{% macro exact_wide_sum(expression) -%}
cast(sum(cast({{ expression }} as decimal(38, 12))) as double)
{%- endmacro %}
