{#- Contracts may name types the way other engines do. -#}
{% macro sparksession__get_empty_schema_sql(columns) -%}
  {%- set translated = {} -%}
  {%- for name, column in columns.items() -%}
    {%- do translated.update({
        name: dict(column, data_type=adapter.spark_type(column['data_type']))
            if column['data_type'] is defined else column
    }) -%}
  {%- endfor -%}
  {{ return(dbt.default__get_empty_schema_sql(translated)) }}
{%- endmacro %}
