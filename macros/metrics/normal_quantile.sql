{# Of the standard normal distribution: how many standard errors lie at one side of what
   has this probability. 0.975 makes a two-sided interval of 95 %. #}
{% macro normal_quantile(probability=0.975) -%}
{{ {0.8: '0.841621234e0', 0.95: '1.644853627e0', 0.975: '1.959963985e0'}[probability] }}
{%- endmacro %}
