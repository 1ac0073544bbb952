{# Where the rows of an input come from: the staging model of the active connector, or an
   empty select of the same columns where the connector has no such input. #}
{% macro connector_relation(input_name) -%}
    {%- do aisle.check_connector() -%}
    {%- if input_name not in aisle.input_contract() -%}
        {{- exceptions.raise_compiler_error(
            "connector_relation: '" ~ input_name ~ "' is no input; allowed: "
            ~ aisle.input_contract().keys() | join(', ') ~ "."
        ) -}}
    {%- endif -%}
    {%- set connector = var('connector') -%}
    {%- if input_name in aisle.connector_inputs()[connector] -%}
        {{- return(ref('stg_' ~ connector ~ '__' ~ input_name)) -}}
    {%- endif -%}
    {%- set string = dbt.type_string() -%}
    {%- set columns = [] -%}
    {%- for column in aisle.input_contract()[input_name] -%}
        {%- do columns.append(
            'cast(null as ' ~ aisle.contract_type(column.type) ~ ') as ' ~ column.name
        ) -%}
    {%- endfor -%}
    {%- for name in ['source_system', 'source_row_id', 'invalid_columns'] -%}
        {%- do columns.append('cast(null as ' ~ string ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {%- if input_name == 'interactions' -%}
        {%- do columns.append('false as is_non_product') -%}
        {%- do columns.append('false as is_stock_write_off') -%}
    {%- endif -%}
    {{- return('(select ' ~ columns | join(', ') ~ ' where 1 = 0) as nothing') -}}
{%- endmacro %}
