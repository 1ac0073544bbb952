{# The cells of a CSV's first line as they are written: engines give a name that is there
   twice another name. None of a file of another kind. Runs a query. #}
{% macro csv_header(path) -%}
    {%- set header = [] -%}
    {%- if path.lower().endswith('.csv') -%}
        {%- set lines = aisle.read_file(path)
            | replace('header = true,', 'header = false,') -%}
        {%- for row in run_query('select * from ' ~ lines ~ ' limit 1') -%}
            {%- do header.extend(row.values()) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(header) -}}
{%- endmacro %}
