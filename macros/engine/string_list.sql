{# Distinct values joined by ', ' in their own order. #}
{% macro string_list(expression) -%}
    {{ return(adapter.dispatch('string_list', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__string_list(expression) -%}
string_agg(distinct {{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}

{% macro spark__string_list(expression) -%}
listagg(distinct {{ expression }}, ', ') within group (order by {{ expression }})
{%- endmacro %}
