{# The columns of a CSV or Parquet file in order: a list of {name, type}. Runs a query. #}
{% macro file_columns(path) -%}
    {{ return(adapter.dispatch('file_columns', 'aisle')(path)) }}
{%- endmacro %}

{% macro duckdb__file_columns(path) -%}
    {%- set columns = [] -%}
    {%- set header = [] -%}
    {%- if path.lower().endswith('.csv') -%}
        {#- A name that is there twice is read as another name the second time. -#}
        {%- set lines = aisle.read_file(path)
            | replace(', header = true,', ', header = false,') -%}
        {%- for row in run_query('select * from ' ~ lines ~ ' limit 1') -%}
            {%- do header.extend(row.values()) -%}
        {%- endfor -%}
    {%- endif -%}
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
    {%- set header = [] -%}
    {%- if path.lower().endswith('.csv') -%}
        {#- Names that are there twice are read as others. -#}
        {%- set lines = aisle.read_file(path)
            | replace('header = true', 'header = false') -%}
        {%- for row in run_query('select * from ' ~ lines ~ ' limit 1') -%}
            {%- do header.extend(row.values()) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for row in run_query('describe query select * from ' ~ aisle.read_file(path)) -%}
        {%- set name = header[loop.index0] | default(row[0], true) -%}
        {%- do columns.append({'name': name, 'type': row[1] | upper}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
