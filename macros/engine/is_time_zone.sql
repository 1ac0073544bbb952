{# Whether the engine knows a time zone of this name. Runs a query. #}
{% macro is_time_zone(name) -%}
    {{ return(adapter.dispatch('is_time_zone', 'aisle')(name)) }}
{%- endmacro %}

{% macro duckdb__is_time_zone(name) -%}
    {%- set rows = run_query(
        "select count(*) from pg_timezone_names() where name = '"
        ~ name | replace("'", "''") ~ "'"
    ) -%}
    {{- return(rows[0][0] > 0) -}}
{%- endmacro %}

{# The session hands no list of them out; Python knows the same names. #}
{% macro spark__is_time_zone(name) -%}
    {{- return(name in modules.pytz.all_timezones) -}}
{%- endmacro %}
