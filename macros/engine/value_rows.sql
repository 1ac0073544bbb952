{# A relation in parentheses with one row per number of a list, in the named column. #}
{% macro value_rows(column, values) -%}
(
    select {{ column }}
    from (
        values ({{ values | join('), (') }})
    ) as listed ({{ column }})
)
{%- endmacro %}
