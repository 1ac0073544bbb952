{# The 32 bits at hex digit `start` (1, 9, 17 or 25) of an md5 as a whole number. #}
{% macro hash_integer(expression, start) -%}
    {{ return(adapter.dispatch('hash_integer', 'aisle')(expression, start)) }}
{%- endmacro %}

{% macro duckdb__hash_integer(expression, start) -%}
cast(concat('0x', substr({{ expression }}, {{ start }}, 8)) as bigint)
{%- endmacro %}

{% macro spark__hash_integer(expression, start) -%}
cast(conv(substr({{ expression }}, {{ start }}, 8), 16, 10) as bigint)
{%- endmacro %}
