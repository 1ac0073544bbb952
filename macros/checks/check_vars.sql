{# Fails, before anything is built, with one message that names every var with a value
   that is not allowed, every var that does not exist and every cell of a seed that makes
   no sense, or what is wrong with the source of the active connector. #}
{% macro check_vars() -%}
    {%- if execute -%}
        {%- set messages = aisle.var_messages() + aisle.seed_messages() -%}
        {%- if messages -%}
            {{- exceptions.raise_compiler_error(messages | join('\n  ')) -}}
        {%- endif -%}
        {%- do aisle.check_source() -%}
        {%- do aisle.check_release_history() -%}
        {%- do aisle.check_daily() -%}
    {%- endif -%}
{%- endmacro %}
