{#- As dbt-spark's, but hooks outside a transaction run too: there are no transactions. -#}
{% materialization table, adapter='sparksession', supported_languages=['sql', 'python'] %}
  {%- set language = model['language'] -%}
  {%- set grants = config.get('grants') -%}
  {%- set old_relation = adapter.get_relation(
      database=database, schema=schema, identifier=model['alias']
  ) -%}
  {%- set target_relation = api.Relation.create(
      identifier=model['alias'], schema=schema, database=database, type='table'
  ) -%}

  {{ run_every_hook(pre_hooks) }}

  {%- if old_relation is not none -%}
    {%- do adapter.drop_relation(old_relation) -%}
  {%- endif -%}
  {%- call statement('main', language=language) -%}
    {{ create_table_as(False, target_relation, compiled_code, language) }}
  {%- endcall -%}

  {%- do apply_grants(
      target_relation, grants, should_revoke(old_relation, full_refresh_mode=True)
  ) -%}
  {%- do persist_docs(target_relation, model) -%}

  {{ run_every_hook(post_hooks) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
