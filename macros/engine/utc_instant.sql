{# Text as a UTC instant: an offset in the text is applied, none means UTC. A plain cast
   to timestamp would drop the offset. #}
{% macro utc_instant(expression) -%}
    {{ return(adapter.dispatch('utc_instant', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__utc_instant(expression) -%}
timezone('UTC', try_cast({{ expression }} as timestamptz))
{%- endmacro %}

{% macro spark__utc_instant(expression) -%}
{#- A time alone would become today's. -#}
case
    when {{ expression }} rlike '^ *[0-9]{4}-[0-9]{1,2}-[0-9]'
        then try_cast({{ expression }} as timestamp)
end
{%- endmacro %}
