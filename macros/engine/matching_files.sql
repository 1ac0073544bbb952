{# The files that a pattern stands for, each to be looked at by itself: DuckDB opens one to
   tell the columns of all. Spark looks at all at once, and has the pattern as the one name;
   none where there is no file. Runs a query: only where `execute` is true. #}
{% macro matching_files(pattern) -%}
    {{ return(adapter.dispatch('matching_files', 'aisle')(pattern)) }}
{%- endmacro %}

{% macro duckdb__matching_files(pattern) -%}
    {%- set rows = run_query(
        "select file from glob('" ~ pattern | replace("'", "''") ~ "') order by file"
    ) -%}
    {{- return(rows.columns['file'].values() | list) -}}
{%- endmacro %}

{% macro spark__matching_files(pattern) -%}
    {{- return([pattern] if aisle.list_files(pattern) else []) -}}
{%- endmacro %}
