{# The warehouse's table of the release that it holds; none where no build has ended, and in
   a part of the project that has no releases. #}
{% macro warehouse_release() -%}
    {%- set node = graph.nodes.get('model.aisle.releases') -%}
    {{- return(
        adapter.get_relation(node.database, node.schema, node.alias) if node else none
    ) -}}
{%- endmacro %}
