{# The path in the var `name`; fails with one message where it names no readable CSV or
   Parquet file. #}
{% macro checked_file(name) -%}
    {%- set path = var(name) -%}
    {%- set allowed = "allowed: the path of a .parquet or .csv file." -%}
    {%- if path is none or path is not string or not path -%}
        {{- exceptions.raise_compiler_error(
            "var " ~ name ~ " is not set (connector " ~ var('connector') ~ "); "
            ~ allowed
        ) -}}
    {%- elif not (path.lower().endswith('.parquet') or path.lower().endswith('.csv')) -%}
        {{- exceptions.raise_compiler_error(
            "var " ~ name ~ " is '" ~ path ~ "'; " ~ allowed
        ) -}}
    {%- elif not aisle.list_files(path) -%}
        {{- exceptions.raise_compiler_error(
            "var " ~ name ~ ": there is no file " ~ path ~ "; " ~ allowed
        ) -}}
    {%- endif -%}
    {%- do aisle.check_readable(path, name) -%}
    {{- return(path) -}}
{%- endmacro %}
