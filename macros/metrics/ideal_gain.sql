{# The discounted gain of a perfect list: the first min(k, count_relevant) ranks all hit. #}
{% macro ideal_gain(count_relevant, k) -%}
case least({{ count_relevant }}, {{ k }})
    {%- set sums = namespace(expression='0.0') -%}
    {%- for n in range(1, aisle.metric_ks() | max + 1) -%}
        {%- set sums.expression = sums.expression ~ ' + ln(2) / ln(' ~ (n + 1) ~ ')' %}
    when {{ n }} then {{ sums.expression }}
    {%- endfor %}
end
{%- endmacro %}
