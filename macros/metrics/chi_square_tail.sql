{# Probability that chi-square with `df` degrees of freedom (a column) exceeds x:
   Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4 and 26.4.5; with 10
   and more the cube root as if normal, 26.4.17 (Wilson and Hilferty, 1931). #}
{% macro chi_square_tail(x, df) -%}
{%- set spread = '(2 / (9e0 * ' ~ df ~ '))' -%}
{%- set z = '((power((' ~ x ~ ') / ' ~ df ~ ', 1 / 3e0) - 1 + ' ~ spread ~ ') / sqrt('
    ~ spread ~ '))' -%}
case {{ df }}
    {% for degrees in range(1, 10) -%}
        when {{ degrees }} then
            {% if degrees % 2 -%}
                2 * (1 - {{ aisle.normal_cdf('sqrt(' ~ x ~ ')') }})
                {% set gamma = namespace(value=1.7724538509055160) -%}
                {% for i in range(1, (degrees - 1) // 2 + 1) -%}
                    {%- set gamma.value = gamma.value * (i - 0.5) -%}
                    + exp(-({{ x }}) / 2) * power(({{ x }}) / 2, {{ i - 0.5 }})
                    / {{ gamma.value }}
                {% endfor -%}
            {% else -%}
                {% set factorial = namespace(value=1) -%}
                exp(-({{ x }}) / 2) * (
                    1
                    {% for i in range(1, degrees // 2) -%}
                        {%- set factorial.value = factorial.value * i -%}
                        + power(({{ x }}) / 2, {{ i }}) / {{ factorial.value }}
                    {% endfor -%}
                )
            {% endif -%}
    {% endfor -%}
    else 1 - {{ aisle.normal_cdf(z) }}
end
{%- endmacro %}
