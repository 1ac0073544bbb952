{# The names of the files in a folder, or the one name where `path` is a file; none where
   there is neither. Runs a query: only where `execute` is true. #}
{% macro list_files(path) -%}
    {{ return(adapter.dispatch('list_files', 'aisle')(path)) }}
{%- endmacro %}

{% macro duckdb__list_files(path) -%}
    {%- set text = path | replace("'", "''") -%}
    {%- set rows = run_query(
        "select parse_filename(file) as name from glob('" ~ text ~ "') "
        ~ "union select parse_filename(file) from glob('" ~ text ~ "/*') "
        ~ "order by name"
    ) -%}
    {{- return(rows.columns['name'].values() | list) -}}
{%- endmacro %}

{% macro spark__list_files(path) -%}
    {%- set files = 'binaryFile.`' ~ path ~ '`' -%}
    {%- if not adapter.location_exists(files) -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set rows = run_query(
        "select substring_index(path, '/', -1) as name from " ~ files ~ ' order by name'
    ) -%}
    {{- return(rows.columns['name'].values() | list) -}}
{%- endmacro %}
