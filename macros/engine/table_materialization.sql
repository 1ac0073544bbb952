{# dbt-duckdb builds a table beside the old one, renames both and drops the old one, in
   four more statements, each with a macro context of its own. DuckDB gives back what a
   failed transaction has dropped, so here the old table goes first. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing_relation is not none %}
        {# A statement begins the transaction; `drop_relation` would be outside it. #}
        {% call statement('drop_existing') -%}
            drop {{ existing_relation.type }} {{ existing_relation }}
        {%- endcall %}
    {% endif %}
    {% call statement('main', language=model['language']) -%}
        {{ create_table_as(False, target_relation, compiled_code, model['language']) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
