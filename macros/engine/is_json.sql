{# Whether a text is JSON that `json_field` can read; null for null. #}
{% macro is_json(expression) -%}
    {{ return(adapter.dispatch('is_json', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__is_json(expression) -%}
json_valid({{ expression }})
{%- endmacro %}

{% macro spark__is_json(expression) -%}
if({{ expression }} is null, null, try_parse_json({{ expression }}) is not null)
{%- endmacro %}
