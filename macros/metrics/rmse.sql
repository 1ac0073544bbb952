{# Root of the mean squared error of predicted ratings. #}
{% macro rmse(sum_squares, count_ratings) -%}
sqrt(cast({{ sum_squares }} as double) / nullif({{ count_ratings }}, 0))
{%- endmacro %}
