{# The time zone in which the session reads instants without an offset. Runs a query. #}
{% macro session_time_zone() -%}
    {{ return(adapter.dispatch('session_time_zone', 'aisle')()) }}
{%- endmacro %}

{% macro duckdb__session_time_zone() -%}
    {{- return(run_query("select current_setting('TimeZone')").rows[0][0]) -}}
{%- endmacro %}

{% macro spark__session_time_zone() -%}
    {{- return(run_query('select current_timezone()').rows[0][0]) -}}
{%- endmacro %}
