{# The table in which `publish_gate` and `published` leave their outcome. #}
{% macro publish_gate_relation() -%}
    {%- set published = graph.nodes['model.aisle.published'] -%}
    {{- return(api.Relation.create(
        database=published.database,
        schema=published.schema,
        identifier='publish_gate',
        type='table'
    )) -}}
{%- endmacro %}
