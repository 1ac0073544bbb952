{# The models that publishing a full build keeps in `release_history`: those that are
   built, since a var may switch some off. #}
{% macro history_models() -%}
    {%- set models = [] -%}
    {%- for name in aisle.full_build_models()
        + ['als_factors', 'int_releases__package', 'releases'] -%}
        {%- set node = graph.nodes.get('model.aisle.' ~ name) -%}
        {%- if node and node.config.enabled -%}
            {%- do models.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(models) -}}
{%- endmacro %}
