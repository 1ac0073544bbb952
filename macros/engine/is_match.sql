{# Whether a text holds a match of a regular expression (a plain string, not SQL). #}
{% macro is_match(expression, pattern) -%}
    {{ return(adapter.dispatch('is_match', 'aisle')(expression, pattern)) }}
{%- endmacro %}

{% macro duckdb__is_match(expression, pattern) -%}
regexp_matches({{ expression }}, '{{ pattern | replace("'", "''") }}')
{%- endmacro %}

{% macro spark__is_match(expression, pattern) -%}
{#- A backslash in a text literal is an escape here. -#}
regexp_like(
    {{ expression }},
    '{{ pattern | replace("\\", "\\\\") | replace("'", "\\'") }}'
)
{%- endmacro %}
