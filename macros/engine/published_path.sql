{# What readers open: a file, or a folder of Parquet files with a manifest. #}
{% macro published_path() -%}
    {{ return(adapter.dispatch('published_path', 'aisle')()) }}
{%- endmacro %}

{% macro duckdb__published_path() -%}
    {{- return(env_var('AISLE_PUBLISHED', 'published/aisle.duckdb')) -}}
{%- endmacro %}

{% macro spark__published_path() -%}
    {{- return(env_var('AISLE_SPARK_PUBLISHED', 'published/aisle')) -}}
{%- endmacro %}
