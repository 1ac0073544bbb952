{# Hash of the seeds of `daily_seeds`: the business rules, and what monitoring goes by. #}
{% macro rules_hash() -%}
    {%- set parts = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.package_name == 'aisle' and node.resource_type == 'seed'
            and node.name in aisle.daily_seeds() -%}
            {%- do parts.append(node.name ~ '=' ~ node.checksum.checksum) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- local_md5(parts | sort | join('\n')) -}}
{%- endmacro %}
