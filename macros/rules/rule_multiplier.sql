{# What the rules of a group multiply a score by together: the product of the strengths that
   boost and bury, null without one. By logarithms, as there is no aggregate product. #}
{% macro rule_multiplier(action, strength) -%}
round(
    exp({{ aisle.exact_sum(
        'case when ' ~ action ~ " in ('boost', 'bury') then ln(" ~ strength ~ ') end', 9
    ) }}),
    6
)
{%- endmacro %}
