{# Whether a text is an instant that exists: not the 31st of June. Runs a query. #}
{% macro is_instant(text) -%}
    {%- set literal = "'" ~ text | replace("'", "''") ~ "'" -%}
    {%- set rows = run_query(
        'select ' ~ aisle.utc_instant(literal) ~ ' is not null'
    ) -%}
    {{- return(rows[0][0]) -}}
{%- endmacro %}
