{# Fails when the var `connector` names no connector. dbt would otherwise complain of a
   disabled model, which tells nobody what to change. #}
{% macro check_connector() -%}
    {%- set names = aisle.connector_inputs().keys() | list -%}
    {%- if var('connector') not in names -%}
        {{- exceptions.raise_compiler_error(
            "var connector is '" ~ var('connector') ~ "'; allowed: "
            ~ names | join(', ') ~ "."
        ) -}}
    {%- endif -%}
{%- endmacro %}
