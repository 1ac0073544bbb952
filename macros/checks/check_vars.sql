{# Fails, before anything is built, with one message that names every var with a value
   that is not allowed, every var that does not exist, and what is wrong with the source
   of the active connector. #}
{% macro check_vars() -%}
    {%- if execute -%}
        {%- set messages = [] -%}
        {%- set rules = aisle.var_rules() -%}
        {%- for name, rule in rules.items() -%}
            {%- set violation = aisle.var_violation(var(name), rule) -%}
            {%- if violation -%}
                {%- do messages.append(
                    "var " ~ name ~ " is '" ~ var(name) ~ "'; " ~ violation ~ "."
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- A project that installs Aisle has vars of its own, which nobody here knows. -#}
        {%- if project_name == 'aisle' -%}
            {%- for name in invocation_args_dict.get('vars', {}) if name not in rules -%}
                {%- set nearest = aisle.nearest_name(name, rules.keys() | list) -%}
                {%- do messages.append(
                    "there is no var " ~ name
                    ~ ("; the nearest is " ~ nearest if nearest else "; allowed: "
                       ~ rules.keys() | join(', ')) ~ "."
                ) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if messages -%}
            {{- exceptions.raise_compiler_error(messages | join('\n  ')) -}}
        {%- endif -%}
        {%- do aisle.check_source() -%}
    {%- endif -%}
{%- endmacro %}
