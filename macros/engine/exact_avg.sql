{# Average of the rows where the expression is not null; null where there is none. #}
{% macro exact_avg(expression, scale=6) -%}
cast(sum({{ aisle.exact_decimal(expression, scale) }}) as double)
/ nullif(count({{ expression }}), 0)
{%- endmacro %}
