{# The value of a var, for SQL that computes with it while the project is parsed: that is
   before `check_vars` runs, and a wrong type would end in a message without the var. #}
{% macro checked_var(name) -%}
    {%- set rules = aisle.var_rules() -%}
    {%- if name not in rules -%}
        {{- exceptions.raise_compiler_error(
            "checked_var: there is no rule for the var " ~ name ~ "; allowed: "
            ~ rules.keys() | join(', ') ~ "."
        ) -}}
    {%- endif -%}
    {%- if aisle.var_violation(var(name), rules[name]) -%}
        {{- exceptions.raise_compiler_error(aisle.var_messages() | join('\n  ')) -}}
    {%- endif -%}
    {{- return(var(name)) -}}
{%- endmacro %}
