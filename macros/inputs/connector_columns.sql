{# What the source has of each input it supplies, and what more: a list of rows
   {input_name, column_name, is_in_contract, is_required, is_present, nearest}. #}
{% macro connector_columns() -%}
    {%- set rows = [] -%}
    {%- for input_name, contract in aisle.input_contract().items() -%}
        {%- set found = aisle.columns_found(input_name) if execute else [] -%}
        {%- if found is not none -%}
            {%- set names = contract | map(attribute='name') | list -%}
            {%- set missing = [] -%}
            {%- for column in contract -%}
                {%- do rows.append({
                    'input_name': input_name, 'column_name': column.name,
                    'is_in_contract': true, 'is_required': column.is_required,
                    'is_present': column.name in found, 'nearest': none
                }) -%}
                {%- if column.name not in found -%}
                    {%- do missing.append(column.name) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- for name in found if name not in names -%}
                {%- do rows.append({
                    'input_name': input_name, 'column_name': name,
                    'is_in_contract': false, 'is_required': false,
                    'is_present': true,
                    'nearest': aisle.nearest_name(name, missing)
                }) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(rows) -}}
{%- endmacro %}
