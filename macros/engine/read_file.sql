{# The rows of a CSV or Parquet file, told apart by its extension, as SQL for `from`.
   Columns of CSV stay text, so that one bad cell costs its row and not the build. #}
{% macro read_file(path) -%}
    {{ return(adapter.dispatch('read_file', 'aisle')(path)) }}
{%- endmacro %}

{% macro duckdb__read_file(path) -%}
    {%- set text = path | replace("'", "''") -%}
    {%- if path.lower().endswith('.parquet') -%}
        {{- return("read_parquet('" ~ text ~ "')") -}}
    {%- endif -%}
    {#- Told, not guessed from the first rows: quotes may come late in a file, no line is
        skipped, and an id may begin as comments do elsewhere. -#}
    {{- return(
        "read_csv('" ~ text ~ "', header = true, all_varchar = true, "
        ~ "quote = '\"', escape = '\"', skip = 0, comment = '')"
    ) -}}
{%- endmacro %}

{% macro spark__read_file(path) -%}
    {%- if path.lower().endswith('.parquet') -%}
        {{- return('parquet.`' ~ path ~ '`') -}}
    {%- endif -%}
    {#- A quote that is not closed would swallow the rest of the file in silence. -#}
    {{- return(
        'csv.`' ~ path ~ "` with (header = true, multiLine = true, escape = '\"', "
        ~ "mode = 'FAILFAST')"
    ) -}}
{%- endmacro %}
