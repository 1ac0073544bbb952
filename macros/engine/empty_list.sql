{# An empty list of doubles. #}
{% macro empty_list() -%}
    {{ return(adapter.dispatch('empty_list', 'aisle')()) }}
{%- endmacro %}

{% macro duckdb__empty_list() -%}
cast([] as double[])
{%- endmacro %}

{% macro spark__empty_list() -%}
cast(array() as array<double>)
{%- endmacro %}
