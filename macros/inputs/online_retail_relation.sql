{# The rows of the Online Retail II table as text, under names of our own: the published
   workbook, its exports and its copies name the columns in three ways. #}
{% macro online_retail_relation() -%}
    {%- set aliases = aisle.online_retail_aliases() -%}
    {%- set columns = [] -%}
    {%- if execute -%}
        {%- set found = aisle.online_retail_columns() -%}
        {%- for name in aliases -%}
            {%- if name in found -%}
                {%- do columns.append(
                    'cast(' ~ adapter.quote(found[name]) ~ ' as '
                    ~ dbt.type_string() ~ ') as ' ~ name
                ) -%}
            {%- else -%}
                {%- do columns.append(
                    'cast(null as ' ~ dbt.type_string() ~ ') as ' ~ name
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {{- return(
            '(select ' ~ columns | join(', ') ~ ' from '
            ~ aisle.read_file(var('online_retail_path')) ~ ') as file'
        ) -}}
    {%- endif -%}
{%- endmacro %}
