{# Fails, before anything is built, with one message that names every var with a value
   that is not allowed, every var that does not exist, every cell of a seed that makes
   no sense and a session that is not in UTC, or what is wrong with the source of the
   active connector. #}
{% macro check_vars() -%}
    {%- if execute -%}
        {%- set messages = aisle.var_messages() + aisle.seed_messages() -%}
        {%- set zone = aisle.session_time_zone() -%}
        {%- if zone not in ['UTC', 'Etc/UTC', 'Z', '+00:00'] -%}
            {%- do messages.append(
                "The profile's output " ~ target.name ~ " has a session in the time zone "
                ~ zone ~ ", which would shift every instant; allowed: UTC, as the outputs "
                ~ "in profiles/profiles.yml set it. The shop's own is the var timezone."
            ) -%}
        {%- endif -%}
        {%- if messages -%}
            {{- exceptions.raise_compiler_error(messages | join('\n  ')) -}}
        {%- endif -%}
        {%- do aisle.check_source() -%}
        {%- do aisle.check_release_history() -%}
        {%- do aisle.check_daily() -%}
    {%- endif -%}
{%- endmacro %}
