{# The columns of a CSV or Parquet file in order: a list of {name, type}. Runs a query. #}
{% macro file_columns(path) -%}
    {{ return(adapter.dispatch('file_columns', 'aisle')(path)) }}
{%- endmacro %}

{% macro duckdb__file_columns(path) -%}
    {%- set columns = [] -%}
    {%- set header = aisle.csv_header(path) -%}
    {%- set seen = [] -%}
    {%- for row in run_query('describe select * from ' ~ aisle.read_file(path)) -%}
        {%- set written = header[loop.index0] | default(row[0], true) -%}
        {%- set name = written if written.lower() in seen else row[0] -%}
        {%- do seen.append(name.lower()) -%}
        {%- do columns.append({'name': name, 'type': row[1]}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}

{% macro spark__file_columns(path) -%}
    {%- set columns = [] -%}
    {%- set header = aisle.csv_header(path) -%}
    {%- for row in run_query('describe query select * from ' ~ aisle.read_file(path)) -%}
        {%- set name = header[loop.index0] | default(row[0], true) -%}
        {%- do columns.append({'name': name, 'type': row[1] | upper}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
