{# A number in [0, 1) from text, the same on every engine: 32 bits of its md5. #}
{% macro hash_uniform(expression) -%}
    {{ return(adapter.dispatch('hash_uniform', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__hash_uniform(expression) -%}
(cast(concat('0x', substr(md5({{ expression }}), 1, 8)) as bigint) / 4294967296.0)
{%- endmacro %}

{% macro spark__hash_uniform(expression) -%}
(cast(conv(substr(md5({{ expression }}), 1, 8), 16, 10) as bigint) / 4294967296e0)
{%- endmacro %}
