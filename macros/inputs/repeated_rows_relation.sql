{# One row per input whose source holds rows twice over that the connector reads once. #}
{% macro repeated_rows_relation() -%}
    {%- if var('connector') == 'online_retail' -%}
        {{- return(
            "(select 'interactions' as input_name, count(*) as count_rows from "
            ~ ref('stg_online_retail__transactions')
            ~ " where is_repeated_by_next_sheet) as repeated_rows"
        ) -}}
    {%- endif -%}
    {{- return(
        '(select cast(null as ' ~ dbt.type_string() ~ ') as input_name, '
        ~ 'cast(null as bigint) as count_rows where 1 = 0) as repeated_rows'
    ) -}}
{%- endmacro %}
