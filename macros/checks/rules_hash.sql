{# Hash of the seed `business_rules`. #}
{% macro rules_hash() -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.unique_id == 'seed.aisle.business_rules' -%}
            {{- node.checksum.checksum -}}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
