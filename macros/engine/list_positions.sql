{# One row per element of a list column, giving its position from 1. #}
{% macro list_positions(expression) -%}
    {{ return(adapter.dispatch('list_positions', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__list_positions(expression) -%}
unnest(range(1, len({{ expression }}) + 1))
{%- endmacro %}

{% macro spark__list_positions(expression) -%}
explode(transform({{ expression }}, (element, place) -> cast(place + 1 as bigint)))
{%- endmacro %}
