{# Hash of all that dbt reads as code: models, seeds and macros, those of this project
   only, so that a consumer's own models do not change the release. `daily_seeds` are
   apart: a daily build may have others than the full build before it. #}
{% macro code_hash() -%}
    {%- set parts = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.package_name == 'aisle'
            and node.resource_type in ('model', 'seed', 'snapshot')
            and node.name not in aisle.daily_seeds() -%}
            {%- do parts.append(node.unique_id ~ '=' ~ node.checksum.checksum) -%}
        {%- endfor -%}
        {%- for name, macro in context['aisle'].items() -%}
            {%- do parts.append(name ~ '=' ~ local_md5(macro.macro.macro_sql)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- local_md5(parts | sort | join('\n')) -}}
{%- endmacro %}
