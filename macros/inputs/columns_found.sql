{# The names, in lower case, of the columns that the source has of an input, those of the
   contract under their contract names; none where it does not supply the input. #}
{% macro columns_found(input_name) -%}
    {%- set connector = var('connector') -%}
    {%- if input_name not in aisle.connector_inputs()[connector] -%}
        {{- return(none) -}}
    {%- elif connector == 'files' -%}
        {%- if input_name not in aisle.input_files() -%}
            {{- return(none) -}}
        {%- endif -%}
        {%- set names = [] -%}
        {%- for column in aisle.file_columns(aisle.input_files()[input_name]) -%}
            {%- do names.append(column.name.lower()) -%}
        {%- endfor -%}
        {{- return(names) -}}
    {%- elif connector == 'online_retail' -%}
        {%- if input_name == 'interactions' -%}
            {{- return([
                'customer_id', 'session_id', 'product_id', 'order_id',
                'interaction_type', 'quantity', 'unit_price', 'occurred_at'
            ]) -}}
        {%- elif input_name == 'products' -%}
            {{- return(['product_id', 'title']) -}}
        {%- endif -%}
        {{- return(['customer_id', 'region']) -}}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for column in aisle.input_contract()[input_name] -%}
        {%- do names.append(column.name) -%}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro %}
