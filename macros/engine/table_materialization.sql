{# dbt-duckdb builds a table beside the old one, renames both and drops the old one, in
   four more statements, each with a macro context of its own. DuckDB gives back what a
   failed transaction has dropped, so here the old table goes first, and what a Python
   model wrote beside it in a transaction of its own takes its place. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set is_python = model['language'] == 'python' -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set made_relation = target_relation -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if is_python %}
        {%- set made_relation = make_intermediate_relation(target_relation) -%}
        {{ drop_relation_if_exists(load_cached_relation(made_relation)) }}
        {% call statement('main', language='python') -%}
            {{ create_table_as(False, made_relation, compiled_code, 'python') }}
        {%- endcall %}
    {% endif %}
    {% if existing_relation is not none %}
        {# A statement begins the transaction; `drop_relation` would be outside it. #}
        {% call statement('drop_existing') -%}
            drop {{ existing_relation.type }} {{ existing_relation }}
        {%- endcall %}
    {% endif %}
    {% if is_python %}
        {% call statement('rename') -%}
            alter table {{ made_relation }} rename to {{ target_relation.identifier }}
        {%- endcall %}
    {% else %}
        {% call statement('main') -%}
            {{ create_table_as(False, target_relation, compiled_code) }}
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
