{# Field `name` (a literal key) of a JSON text as text; null where there is none. #}
{% macro json_field(expression, name) -%}
    {{ return(adapter.dispatch('json_field', 'aisle')(expression, name)) }}
{%- endmacro %}

{% macro duckdb__json_field(expression, name) -%}
json_extract_string({{ expression }}, '$.{{ name }}')
{%- endmacro %}

{% macro spark__json_field(expression, name) -%}
get_json_object({{ expression }}, '$.{{ name }}')
{%- endmacro %}
