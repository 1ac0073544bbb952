{# The engine's types that a file may hold for a type of the input contract. #}
{% macro castable_types(type) -%}
    {{ return(adapter.dispatch('castable_types', 'aisle')(type)) }}
{%- endmacro %}

{% macro duckdb__castable_types(type) -%}
    {%- set whole = [
        'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT',
        'UINTEGER', 'UBIGINT'
    ] -%}
    {%- set fractional = ['FLOAT', 'DOUBLE', 'DECIMAL'] -%}
    {%- set times = [
        'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP_S', 'TIMESTAMP_MS',
        'TIMESTAMP_NS', 'DATE'
    ] -%}
    {%- set types = {
        'text': whole + fractional + times + ['BOOLEAN', 'UUID', 'ENUM'],
        'json': ['JSON'],
        'double': whole + fractional,
        'amount': whole + fractional,
        'bigint': whole + fractional,
        'boolean': whole + ['BOOLEAN'],
        'timestamp': times
    } -%}
    {{- return(['VARCHAR'] + types[type]) -}}
{%- endmacro %}

{% macro spark__castable_types(type) -%}
    {%- set whole = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'] -%}
    {%- set fractional = ['FLOAT', 'DOUBLE', 'DECIMAL'] -%}
    {%- set times = ['TIMESTAMP', 'TIMESTAMP_NTZ', 'DATE'] -%}
    {%- set types = {
        'text': whole + fractional + times + ['BOOLEAN'],
        'json': [],
        'double': whole + fractional,
        'amount': whole + fractional,
        'bigint': whole + fractional,
        'boolean': whole + ['BOOLEAN'],
        'timestamp': times
    } -%}
    {{- return(['STRING'] + types[type]) -}}
{%- endmacro %}
