{# The rows of an input's file under the contract's names, for `from`; without a file, no
   rows. A column that is not there is null. #}
{% macro file_relation(input_name) -%}
    {%- if not execute -%}
        {{- return('(select 1 as nothing) as file') -}}
    {%- endif -%}
    {%- set path = aisle.input_files().get(input_name) -%}
    {%- set string = dbt.type_string() -%}
    {%- set found = {} -%}
    {%- if path -%}
        {%- for column in aisle.checked_columns(input_name, path) -%}
            {%- do found.update({column.name.lower(): column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in aisle.input_contract()[input_name] -%}
        {%- if column.name not in found -%}
            {%- set text = 'cast(null as ' ~ string ~ ')' -%}
        {%- else -%}
            {%- set raw = found[column.name] -%}
            {%- set name = adapter.quote(raw.name) -%}
            {%- set text = 'cast(' ~ name ~ ' as ' ~ string ~ ')' -%}
            {#- An id that a data frame with gaps made a float, or a database a decimal:
                13085.0 is 13085, and a gap is none. -#}
            {%- if column.type == 'text'
                and raw.type.split('(')[0] in ('DOUBLE', 'FLOAT', 'DECIMAL') -%}
                {%- set text = 'case when abs(' ~ name ~ ') < 1e18 and ' ~ name
                    ~ ' = floor(' ~ name ~ ') then cast(cast(' ~ name
                    ~ ' as bigint) as ' ~ string ~ ") else nullif(nullif(" ~ text
                    ~ ", 'nan'), 'NaN') end" -%}
            {%- endif -%}
        {%- endif -%}
        {%- do columns.append(text ~ ' as ' ~ column.name) -%}
    {%- endfor -%}
    {{- return(
        '(select ' ~ columns | join(', ')
        ~ (' from ' ~ aisle.read_file(path) if path else ' where 1 = 0') ~ ') as file'
    ) -}}
{%- endmacro %}
