{# Gini of exposure over the whole catalogue, products never shown included: 0 is equal, 1
   is one product only. From `sum(position * x)` with positions counted from 1 in ascending
   order among all products. #}
{% macro gini(sum_ranked, total, count_products) -%}
2 * {{ sum_ranked }} / nullif(cast({{ count_products }} as double) * {{ total }}, 0)
- ({{ count_products }} + 1) / nullif({{ count_products }}, 0)
{%- endmacro %}
