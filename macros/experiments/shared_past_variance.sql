{# What the common mean of both arms' past adds to the variance of an estimate, given the
   slopes by which the estimate follows it. #}
{% macro shared_past_variance(slope, new_slope) -%}
(
    ({{ slope }}) * ({{ slope }}) * past_variance
    + 2 * ({{ slope }}) * ({{ new_slope }}) * shared_variance
    + ({{ new_slope }}) * ({{ new_slope }}) * new_variance
)
{%- endmacro %}
