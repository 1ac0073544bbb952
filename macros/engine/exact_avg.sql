{# Average of the rows where the expression is not null; null where there is none. #}
{% macro exact_avg(expression, scale=6) -%}
cast(sum(cast({{ expression }} as decimal(18, {{ scale }}))) as double)
/ nullif(count({{ expression }}), 0)
{%- endmacro %}
