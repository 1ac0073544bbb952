{# The columns that every staging model of an input has. #}
{% macro staged_columns(input_name) -%}
    {%- for column in aisle.input_contract()[input_name] -%}
        {{ column.name }},
        {% endfor -%}
        source_system,
        source_row_id,
        invalid_columns
{%- endmacro %}
