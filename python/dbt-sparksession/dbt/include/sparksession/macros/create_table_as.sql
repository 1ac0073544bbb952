{#- dbt-spark's own wrapper of Python models imports pyspark.pandas and writes Delta. -#}
{% macro sparksession__create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- if language == 'python' %}
{{ compiled_code }}
dbt = dbtObj(spark.table)
df = model(dbt, spark)
if not hasattr(df, "write"):
    df = spark.createDataFrame(df)
df.write.mode("overwrite").format("{{ config.get('file_format') or 'parquet' }}").saveAsTable("{{ relation }}")
  {%- else -%}
    {%- if config.get('contract').enforced -%}
      {%- set compiled_code = adapter.widened(compiled_code, model.columns) -%}
    {%- endif -%}
    {{ spark__create_table_as(temporary, relation, compiled_code, language) }}
  {%- endif -%}
{%- endmacro %}
