{# Probability that chi-square with `df` degrees of freedom (1 to 9, a column) exceeds x:
   Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4 and 26.4.5. #}
{% macro chi_square_tail(x, df) -%}
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
end
{%- endmacro %}
