{# Mean absolute error of predicted ratings. #}
{% macro mae(sum_absolute, count_ratings) -%}
cast({{ sum_absolute }} as double) / nullif({{ count_ratings }}, 0)
{%- endmacro %}
