{# The element of a list at a position counted from 1. #}
{% macro list_element(expression, position) -%}
    {{ return(adapter.dispatch('list_element', 'aisle')(expression, position)) }}
{%- endmacro %}

{% macro duckdb__list_element(expression, position) -%}
list_extract({{ expression }}, {{ position }})
{%- endmacro %}

{% macro spark__list_element(expression, position) -%}
try_element_at({{ expression }}, cast({{ position }} as int))
{%- endmacro %}
