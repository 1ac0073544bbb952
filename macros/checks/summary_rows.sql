{# Rows of a model for the summary: nothing unless this run built it and it has the
   columns, so that the summary neither shows an old build nor fails a run. #}
{% macro summary_rows(results, model_name, columns, expressions, clauses='') -%}
    {%- set unique_id = 'model.aisle.' ~ model_name -%}
    {%- set built = [] -%}
    {%- for result in results
        if result.node.unique_id == unique_id and result.status == 'success' -%}
        {%- do built.append(result.node) -%}
    {%- endfor -%}
    {%- if not built -%}
        {{- return([]) -}}
    {%- endif -%}

    {%- set node = built[0] -%}
    {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
    {%- if relation is none -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set found = adapter.get_columns_in_relation(relation)
        | map(attribute='name') | list -%}
    {%- for column in columns if column not in found -%}
        {{- return([['(no column ' ~ column ~ ' in ' ~ model_name ~ ')']]) -}}
    {%- endfor -%}

    {{- return(run_query(
        'select ' ~ expressions ~ ' from ' ~ relation ~ ' ' ~ clauses
    ).rows) -}}
{%- endmacro %}
