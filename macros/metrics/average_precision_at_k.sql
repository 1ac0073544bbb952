{# Sum of the precision at the rank of each hit over min(k, relevant): the mean of it over
   customers is MAP@k. #}
{% macro average_precision_at_k(sum_precision, count_relevant, k) -%}
cast({{ sum_precision }} as double)
/ nullif(least({{ count_relevant }}, {{ k }}), 0)
{%- endmacro %}
