{# The start of a statement that makes a table of a query, in place of one that is there. #}
{% macro replace_table(relation) -%}
    {{ return(adapter.dispatch('replace_table', 'aisle')(relation)) }}
{%- endmacro %}

{% macro duckdb__replace_table(relation) -%}
create or replace table {{ relation }} as
{%- endmacro %}

{# Parquet tables cannot be replaced in one statement. #}
{% macro spark__replace_table(relation) -%}
{%- do run_query('drop table if exists ' ~ relation) -%}
create table {{ relation }} using parquet as
{%- endmacro %}
