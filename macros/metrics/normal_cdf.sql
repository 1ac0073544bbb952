{# Standard normal distribution function, absolute error below 7.5e-8: Abramowitz and Stegun,
   Handbook of Mathematical Functions, 26.2.17. Engines have no common erf. #}
{% macro normal_cdf(z) -%}
{%- set t = '(1 / (1 + 0.2316419 * abs(' ~ z ~ ')))' -%}
(
    case when {{ z }} >= 0 then 1 else 0 end
    - case when {{ z }} >= 0 then 1 else -1 end
    * exp(-({{ z }}) * ({{ z }}) / 2) * 0.3989422804014327
    * (
        0.319381530 * {{ t }}
        - 0.356563782 * power({{ t }}, 2)
        + 1.781477937 * power({{ t }}, 3)
        - 1.821255978 * power({{ t }}, 4)
        + 1.330274429 * power({{ t }}, 5)
    )
)
{%- endmacro %}
