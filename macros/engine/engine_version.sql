{# The engine and its version as text. #}
{% macro engine_version() -%}
    {{ return(adapter.dispatch('engine_version', 'aisle')()) }}
{%- endmacro %}

{% macro duckdb__engine_version() -%}
concat('duckdb ', version())
{%- endmacro %}

{% macro spark__engine_version() -%}
concat('spark ', split_part(version(), ' ', 1))
{%- endmacro %}
