{# The vars that decide what a release holds, as JSON; paths of this or that machine
   are left out, what they point to is in the hash of the inputs. #}
{% macro release_vars() -%}
    {%- set values = {} -%}
    {%- for name, rule in aisle.var_rules().items() if rule.kind != 'path' -%}
        {%- set value = var(name) -%}
        {%- if name == 'folds_to_build' and aisle.is_daily() -%}
            {%- set value = 'serving' -%}
        {%- endif -%}
        {#- YAML reads an unquoted day as a date, which JSON does not have. -#}
        {%- set is_plain = value is none or value is boolean or value is number -%}
        {%- do values.update({name: value if is_plain else value | string}) -%}
    {%- endfor -%}
    {{- tojson(values, sort_keys=true) -}}
{%- endmacro %}
