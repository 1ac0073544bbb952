{# Whether a CSV or Parquet file can be opened and its columns told, and whether every
   row of a CSV has as many cells as the first. #}
{% macro is_readable_file(path) -%}
    {{ return(adapter.dispatch('is_readable_file', 'aisle')(path)) }}
{%- endmacro %}

{# The one call of this adapter that answers a failed query instead of ending the run. #}
{% macro duckdb__is_readable_file(path) -%}
    {{- return(adapter.location_exists(path | replace("'", "''"))) -}}
{%- endmacro %}

{% macro spark__is_readable_file(path) -%}
    {%- set rows = aisle.read_file(path) -%}
    {#- Of a pattern's files Spark opens one to tell the columns. -#}
    {%- if path.lower().endswith('.parquet') and '*' not in path -%}
        {{- return(adapter.location_exists(rows)) -}}
    {%- endif -%}
    {{- return(adapter.is_whole(rows)) -}}
{%- endmacro %}
