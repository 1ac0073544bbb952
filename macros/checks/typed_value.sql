{# The text of a cell as the number or boolean that a rule of `var_rules` judges; as it is
   where it is neither. #}
{% macro typed_value(text, kind) -%}
    {%- if kind == 'boolean' and text in ('true', 'false') -%}
        {{- return(text == 'true') -}}
    {%- elif kind in ('number', 'whole') and text is not none
        and modules.re.match('[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?$', text) -%}
        {{- return(text | float) -}}
    {%- endif -%}
    {{- return(text) -}}
{%- endmacro %}
