{# Shannon entropy in bits of the shares that an amount above 0 has by row; null where no
   row has one. H = log2(S) - sum(x log2 x) / S, with S the sum of the amounts. #}
{% macro entropy(expression) -%}
round(
    (
        ln({{ aisle.exact_sum(expression, 9) }})
        - {{ aisle.exact_sum(expression ~ ' * ln(' ~ expression ~ ')', 9) }}
        / {{ aisle.exact_sum(expression, 9) }}
    ) / ln(2),
    6
)
{%- endmacro %}
