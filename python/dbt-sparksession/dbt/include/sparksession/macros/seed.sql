{#- The rows bring their columns: nothing to create before them. -#}
{% macro sparksession__create_csv_table(model, agate_table) -%}
  {%- if not agate_table.rows -%}
    {%- do adapter.load_seed(
        this.render(), agate_table, model['config'].get('column_types', {})
    ) -%}
  {%- endif -%}
  {{ return('') }}
{%- endmacro %}

{% macro sparksession__load_csv_rows(model, agate_table) -%}
  {%- do adapter.load_seed(
      this.render(), agate_table, model['config'].get('column_types', {})
  ) -%}
  {{ return('-- ' ~ agate_table.rows | length ~ ' rows, loaded as one data frame') }}
{%- endmacro %}
