{# A whole number of 64 bits from values of any type; a null is a value. Another one on
   every engine and in every version of it, so that nothing may be kept of it. #}
{% macro key_hash(columns) -%}
    {{ return(adapter.dispatch('key_hash', 'aisle')(columns)) }}
{%- endmacro %}

{% macro duckdb__key_hash(columns) -%}
hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__key_hash(columns) -%}
xxhash64({{ columns | join(', ') }})
{%- endmacro %}
