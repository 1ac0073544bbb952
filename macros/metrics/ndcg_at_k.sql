{# Discounted gain over that of a perfect list of min(k, relevant) hits. #}
{% macro ndcg_at_k(sum_gain, count_relevant, k) -%}
cast({{ sum_gain }} as double)
/ nullif({{ aisle.ideal_gain(count_relevant, k) }}, 0)
{%- endmacro %}
