{# Of a ratio of two sums over independent units, such as customers' clicks over their
   impressions: the delta method, from the count of units, both sums, their sums of
   squares and the sum of products (n - 1 in the variance); null below 2 units. #}
{% macro ratio_standard_error(count, numerator, denominator, squares_numerator,
    squares_denominator, products) -%}
{%- set ratio = '(' ~ numerator ~ ' / ' ~ denominator ~ ')' -%}
case
    when {{ count }} > 1 and {{ denominator }} > 0
        then sqrt(
            greatest(
                {{ squares_numerator }}
                - 2 * {{ ratio }} * {{ products }}
                + {{ ratio }} * {{ ratio }} * {{ squares_denominator }},
                0
            ) * {{ count }} / ({{ count }} - 1)
        ) / {{ denominator }}
end
{%- endmacro %}
