{# The SQL type of a type of the input contract. JSON is kept as text. #}
{% macro contract_type(type) -%}
    {{- return(dbt.type_string() if type in ('text', 'json') else type) -}}
{%- endmacro %}
