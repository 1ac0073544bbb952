{# The wall-clock time of a UTC instant in the shop's time zone. #}
{% macro local_time(expression) -%}
    {{ return(adapter.dispatch('local_time', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__local_time(expression) -%}
{%- if var('timezone') == 'UTC' -%}
{{ expression }}
{%- else -%}
timezone('{{ var("timezone") }}', timezone('UTC', {{ expression }}))
{%- endif -%}
{%- endmacro %}

{% macro spark__local_time(expression) -%}
{%- if var('timezone') == 'UTC' -%}
{{ expression }}
{%- else -%}
from_utc_timestamp({{ expression }}, '{{ var("timezone") }}')
{%- endif -%}
{%- endmacro %}
