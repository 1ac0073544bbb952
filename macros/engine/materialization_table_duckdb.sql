{# As dbt-duckdb does, a table is made beside the old one and takes its place in one
   transaction. dbt-duckdb renames the old one and drops it later, and does both through
   macros that get a context of their own, where there is no old one too. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set language = model['language'] -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {#- A Python model writes in a transaction of its own. -#}
    {%- set is_beside = existing_relation is not none or language == 'python' -%}
    {%- set made_relation = target_relation -%}
    {% if is_beside %}
        {%- set made_relation = make_intermediate_relation(target_relation) -%}
        {% do drop_relation_if_exists(load_cached_relation(made_relation)) %}
    {% endif %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set blocks = config.get('meta', {}).get('blocks') -%}
    {%- set count = 1 -%}
    {% if blocks %}
        {#- So many rows take their place in 4 GB, which DuckDB calls 3.7 GiB; with less
            memory blocks are smaller. -#}
        {%- set count = run_query(
            'select count(*) // greatest(1, cast(' ~ blocks.rows ~ ' * least(1, '
            ~ "parse_formatted_bytes(current_setting('memory_limit')) "
            ~ "/ parse_formatted_bytes('3.7 GiB')) as bigint)) + 1 from "
            ~ ref(blocks.of)
        ).columns[0].values()[0] | int -%}
        {% do run_query('set variable ' ~ model.name ~ '_count = ' ~ count) %}
        {% do run_query('set variable ' ~ model.name ~ '_block = 0') %}
    {% endif %}
    {% call statement('main', language=language) -%}
        {{ create_table_as(False, made_relation, compiled_code, language) }}
    {%- endcall %}
    {% for block in range(1, count) %}
        {% do run_query('set variable ' ~ model.name ~ '_block = ' ~ block) %}
        {% call statement('block') -%}
            insert into {{ made_relation }} by name ({{ compiled_code }})
        {%- endcall %}
    {% endfor %}
    {% if existing_relation is not none %}
        {% call statement('drop_existing') -%}
            drop {{ existing_relation.type }} {{ existing_relation }}
        {%- endcall %}
    {% endif %}
    {% if is_beside %}
        {% call statement('rename') -%}
            alter table {{ made_relation }} rename to {{ target_relation.identifier }}
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
