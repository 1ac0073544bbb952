{# The columns of a CSV or Parquet file in order: a list of {name, type}. Runs a query. #}
{% macro file_columns(path) -%}
    {{ return(adapter.dispatch('file_columns', 'aisle')(path)) }}
{%- endmacro %}

{% macro duckdb__file_columns(path) -%}
    {%- set columns = [] -%}
    {%- for row in run_query('describe select * from ' ~ aisle.read_file(path)) -%}
        {%- do columns.append({'name': row[0], 'type': row[1]}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}

{% macro spark__file_columns(path) -%}
    {%- set columns = [] -%}
    {%- for row in run_query('describe query select * from ' ~ aisle.read_file(path)) -%}
        {%- do columns.append({'name': row[0], 'type': row[1] | upper}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
