{# The folder that holds what an earlier release left: on Spark, which publishes folders,
   `release_history` may be a published folder, whose manifest says where. #}
{% macro history_folder() -%}
    {{ return(adapter.dispatch('history_folder', 'aisle')()) }}
{%- endmacro %}

{% macro duckdb__history_folder() -%}
    {{- return(var('release_history') or '') -}}
{%- endmacro %}

{% macro spark__history_folder() -%}
    {%- set folder = var('release_history') or '' -%}
    {%- if not (execute and folder) -%}
        {{- return(folder) -}}
    {%- endif -%}
    {%- set manifest = "(select history from json.`" ~ folder
        ~ "/manifest.json` with (multiLine = true)) as manifest" -%}
    {%- if not adapter.location_exists(manifest) -%}
        {{- return(folder) -}}
    {%- endif -%}
    {%- set found = run_query('select history from ' ~ manifest).rows[0][0] -%}
    {{- return(folder ~ '/' ~ (found or '')) -}}
{%- endmacro %}
