{# The models of these names that are built, since a var may switch some off. #}
{% macro enabled_models(names) -%}
    {%- set models = [] -%}
    {%- for name in names -%}
        {%- set node = graph.nodes.get('model.aisle.' ~ name) -%}
        {%- if node and node.config.enabled -%}
            {%- do models.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(models) -}}
{%- endmacro %}
