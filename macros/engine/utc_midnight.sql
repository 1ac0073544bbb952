{# The UTC instant at which a local calendar day begins. #}
{% macro utc_midnight(expression) -%}
    {{ return(adapter.dispatch('utc_midnight', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__utc_midnight(expression) -%}
{%- if var('timezone') == 'UTC' -%}
cast({{ expression }} as timestamp)
{%- else -%}
timezone('UTC', timezone('{{ var("timezone") }}', cast({{ expression }} as timestamp)))
{%- endif -%}
{%- endmacro %}

{% macro spark__utc_midnight(expression) -%}
{%- if var('timezone') == 'UTC' -%}
cast({{ expression }} as timestamp)
{%- else -%}
to_utc_timestamp(cast({{ expression }} as timestamp), '{{ var("timezone") }}')
{%- endif -%}
{%- endmacro %}
