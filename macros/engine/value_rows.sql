{# A relation in parentheses with one row per number or text of a list, in the named
   column. #}
{% macro value_rows(column, values) -%}
{%- set literals = [] -%}
{%- for value in values -%}
    {%- do literals.append("'" ~ value ~ "'" if value is string else value) -%}
{%- endfor -%}
(
    select {{ column }}
    from (
        values ({{ literals | join('), (') }})
    ) as listed ({{ column }})
)
{%- endmacro %}
