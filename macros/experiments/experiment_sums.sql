{# The columns of `int_experiments__moments` that add up over days. #}
{% macro experiment_sums() -%}
    {{- return([
        'count_customers', 'count_orders', 'total', 'squares', 'denominator_total',
        'denominator_squares', 'cross_total', 'covariate_total', 'covariate_squares',
        'covariate_cross', 'count_new', 'new_total'
    ]) -}}
{%- endmacro %}
