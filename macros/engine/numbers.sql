{# A relation in parentheses with the whole numbers from 1 to `last` in column `number`. #}
{% macro numbers(last) -%}
{{ aisle.value_rows('number', range(1, last + 1) | list) }}
{%- endmacro %}
