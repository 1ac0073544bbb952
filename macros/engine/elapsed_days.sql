{# Days as a double, fractions included: `dbt.datediff` counts boundaries instead. #}
{% macro elapsed_days(start_at, end_at) -%}
    {{ return(adapter.dispatch('elapsed_days', 'aisle')(start_at, end_at)) }}
{%- endmacro %}

{% macro duckdb__elapsed_days(start_at, end_at) -%}
((epoch_us({{ end_at }}) - epoch_us({{ start_at }})) / 86400000000.0)
{%- endmacro %}

{% macro spark__elapsed_days(start_at, end_at) -%}
((unix_micros({{ end_at }}) - unix_micros({{ start_at }})) / 86400000000e0)
{%- endmacro %}
