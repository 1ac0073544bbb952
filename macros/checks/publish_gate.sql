{# Decides, as the pre-hook of `published`, whether this run may publish, and leaves the
   decision as a table of one row beside it. dbt itself skips the node when something
   upstream fails, but `dbt run`, a selection or an excluded test would reach it with
   marts that nothing has tested. #}
{% macro publish_gate() -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- set is_daily = aisle.is_daily() -%}
        {%- set needed = [] -%}
        {%- set left_out = [] -%}
        {%- if is_daily -%}
            {%- for node in graph.nodes.values() if 'full_build' in node.tags -%}
                {%- do left_out.append(node.unique_id) -%}
            {%- endfor -%}
        {%- endif -%}
        {#- Tests of a model that a var switches off stay in the graph, switched off too. -#}
        {%- for node in graph.nodes.values() if node.config.enabled -%}
            {%- if node.package_name == 'aisle'
                and node.resource_type in ('model', 'seed', 'snapshot')
                and node.unique_id not in left_out -%}
                {%- do needed.append(node.unique_id) -%}
            {%- elif node.resource_type == 'test'
                and node.config.severity | lower == 'error' -%}
                {%- set foreign = [] -%}
                {%- for parent in node.depends_on.nodes
                    if not parent.split('.')[1] == 'aisle' or parent in left_out -%}
                    {%- do foreign.append(parent) -%}
                {%- endfor -%}
                {%- if not foreign -%}
                    {%- do needed.append(node.unique_id) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set missing = [] -%}
        {%- for unique_id in needed | sort if unique_id not in selected_resources -%}
            {%- do missing.append(unique_id.split('.')[2]) -%}
        {%- endfor -%}

        {#- A retry of dbt says that it is the command before it, and selects nothing. -#}
        {%- if model.unique_id not in selected_resources -%}
            {%- set reason = 'dbt retry does not publish; run dbt build' -%}
        {%- elif flags.WHICH == 'run' -%}
            {%- set reason = 'dbt run does not test; dbt build publishes' -%}
        {%- elif flags.EMPTY -%}
            {%- set reason = '--empty builds tables without rows' -%}
        {%- elif missing -%}
            {%- set reason = missing | length ~ ' of ' ~ needed | length
                ~ ' models, seeds and tests were not selected: '
                ~ missing[:5] | join(', ')
                ~ (', ...' if missing | length > 5 else '') -%}
        {%- else -%}
            {%- set reason = none -%}
        {%- endif -%}

        {%- set tables = [] -%}
        {%- set carried = [] -%}
        {%- for unique_id in model.depends_on.nodes | sort -%}
            {%- set mart = graph.nodes[unique_id] -%}
            {%- do (carried if unique_id in left_out else tables).append(
                [mart.schema, mart.alias]
            ) -%}
        {%- endfor -%}
        {%- set listed = {'tables': tables, 'carried': carried} -%}
        {%- for part, models in {
            'history': [] if is_daily else aisle.history_models(),
            'logged': aisle.enabled_models(aisle.logged_models()),
            'noted': aisle.enabled_models(aisle.noted_models()),
            'customers': aisle.enabled_models(['input_customers']),
        }.items() -%}
            {%- do listed.update({part: []}) -%}
            {%- for node in models -%}
                {%- do listed[part].append([node.schema, node.alias]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set path = aisle.published_path() -%}

        {#- dbt learns of the table here: it lists what exists once, at the start. -#}
        {%- do adapter.cache_added(aisle.publish_gate_relation()) -%}
        {{ aisle.replace_table(aisle.publish_gate_relation()) }}
        select
            {{ 'false' if reason else 'true' }} as may_publish,
            false as is_published,
            {{ dbt.string_literal(dbt.escape_single_quotes(reason)) if reason
                else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as reason,
            {{ dbt.string_literal(dbt.escape_single_quotes(path)) }} as published_path,
            {% for part in listed -%}
                {{ dbt.string_literal(tojson(listed[part])) }} as {{ part }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
    {%- endif -%}
{%- endmacro %}
