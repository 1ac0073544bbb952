{# Fails with one message where the source of the active connector is missing, cannot be
   read or has not the columns it needs. #}
{% macro check_source() -%}
    {%- do aisle.check_connector() -%}
    {%- if var('connector') == 'files' -%}
        {%- for input_name, path in aisle.input_files().items() -%}
            {%- do aisle.checked_columns(input_name, path) -%}
        {%- endfor -%}
    {%- elif var('connector') == 'online_retail' -%}
        {%- do aisle.online_retail_columns() -%}
    {%- endif -%}
{%- endmacro %}
