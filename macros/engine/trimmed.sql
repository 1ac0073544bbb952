{# A text without the blanks of any kind, tabs and line ends before and after it. #}
{% macro trimmed(expression) -%}
    {{ return(adapter.dispatch('trimmed', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__trimmed(expression) -%}
trim(trim({{ expression }}, ' ' || chr(9) || chr(10) || chr(13)))
{%- endmacro %}

{% macro spark__trimmed(expression) -%}
regexp_replace({{ expression }}, '^[\\s\\p{Z}]+|[\\s\\p{Z}]+$', '')
{%- endmacro %}
