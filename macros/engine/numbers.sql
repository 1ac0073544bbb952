{# A relation in parentheses with the whole numbers from 1 to `last` in column `number`. #}
{% macro numbers(last) -%}
(
    select number
    from (
        values {% for n in range(1, last + 1) %}({{ n }}){% if not loop.last %}, {% endif %}{% endfor %}
    ) as numbered (number)
)
{%- endmacro %}
