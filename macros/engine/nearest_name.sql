{# The one of `names` that is spelt most like `name`, none where none comes near. Runs a
   query. #}
{% macro nearest_name(name, names) -%}
    {%- if not names -%}
        {{- return(none) -}}
    {%- endif -%}
    {{ return(adapter.dispatch('nearest_name', 'aisle')(name, names)) }}
{%- endmacro %}

{% macro duckdb__nearest_name(name, names) -%}
    {%- set quoted = [] -%}
    {%- for other in names -%}
        {%- do quoted.append("('" ~ other | replace("'", "''") ~ "')") -%}
    {%- endfor -%}
    {%- set rows = run_query(
        "with likeness as (select name, jaro_winkler_similarity(lower(name), '"
        ~ name.lower() | replace("'", "''") ~ "') as alike from (values "
        ~ quoted | join(', ') ~ ") as listed (name)) "
        ~ "select name from likeness where alike >= 0.75 "
        ~ "order by alike desc, name asc limit 1"
    ) -%}
    {{- return(rows[0][0] if rows | length else none) -}}
{%- endmacro %}

{% macro spark__nearest_name(name, names) -%}
    {%- set quoted = [] -%}
    {%- for other in names -%}
        {%- do quoted.append("('" ~ other | replace("'", "\\'") ~ "')") -%}
    {%- endfor -%}
    {%- set text = "lower('" ~ name | replace("'", "\\'") ~ "')" -%}
    {%- set rows = run_query(
        "with likeness as (select name, 1 - levenshtein(lower(name), " ~ text
        ~ ") / greatest(length(name), length(" ~ text ~ ")) as alike from (values "
        ~ quoted | join(', ') ~ ") as listed (name)) "
        ~ "select name from likeness where alike >= 0.5 "
        ~ "order by alike desc, name asc limit 1"
    ) -%}
    {{- return(rows[0][0] if rows | length else none) -}}
{%- endmacro %}
