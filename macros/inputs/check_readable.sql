{# Fails with one message that names the file when it cannot be read. #}
{% macro check_readable(path, var_name) -%}
    {%- if not aisle.is_readable_file(path) -%}
        {%- set is_parquet = path.lower().endswith('.parquet') -%}
        {{- exceptions.raise_compiler_error(
            "var " ~ var_name ~ ": the file " ~ path ~ " cannot be read as "
            ~ ("Parquet; it is damaged, cut short or something else under that name."
               if is_parquet else
               "CSV; allowed: UTF-8 text with a header row, as many cells in every row "
               ~ "as in the header, and one kind of line end.")
        ) -}}
    {%- endif -%}
{%- endmacro %}
