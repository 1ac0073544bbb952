{# The calendar day of a UTC instant in the shop's time zone. #}
{% macro local_date(expression) -%}
cast({{ aisle.local_time(expression) }} as date)
{%- endmacro %}
