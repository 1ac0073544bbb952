{# Days from a Monday before 1970 to an instant, as a double: over 7 it is the number of the
   week, its remainder the day of the week, Monday 0. #}
{% macro days_since_monday(instant) -%}
{{ aisle.elapsed_days("timestamp '1969-12-29'", instant) }}
{%- endmacro %}
