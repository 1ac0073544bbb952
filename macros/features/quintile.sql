{# 1 (lowest) to 5 within the fold. Equal values share a quintile, which `ntile` would
   split by chance; that makes the outer quintiles larger where many values are equal. #}
{% macro quintile(expression, direction='asc') -%}
cast(
    1 + floor(
        5 * (
            rank() over (partition by fold_id order by {{ expression }} {{ direction }})
            - 1
        ) / count(*) over (partition by fold_id)
    ) as integer
)
{%- endmacro %}
