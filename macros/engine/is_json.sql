{# Whether a text is JSON that `json_field` can read; null for null. #}
{% macro is_json(expression) -%}
    {{ return(adapter.dispatch('is_json', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__is_json(expression) -%}
json_valid({{ expression }})
{%- endmacro %}
