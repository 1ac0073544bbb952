{# The SQL type of a type of the input contract. JSON is kept as text. #}
{% macro contract_type(type) -%}
    {%- set types = {
        'text': dbt.type_string(), 'json': dbt.type_string(), 'amount': 'double',
    } -%}
    {{- return(types.get(type, type)) -}}
{%- endmacro %}
