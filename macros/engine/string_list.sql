{# Distinct values joined by ', ' in their own order. #}
{% macro string_list(expression) -%}
    {{ return(adapter.dispatch('string_list', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__string_list(expression) -%}
string_agg(distinct {{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}

{# `listagg` cannot stand twice in a query with `distinct` (Spark 4.3). #}
{% macro spark__string_list(expression) -%}
nullif(array_join(array_sort(collect_set({{ expression }})), ', '), '')
{%- endmacro %}
