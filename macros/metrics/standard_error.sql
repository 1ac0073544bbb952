{# Of a mean, from count, sum and sum of squares (n - 1 in the variance); null below 2. #}
{% macro standard_error(count, total, total_squares) -%}
case
    when {{ count }} > 1
        then sqrt(
            greatest(
                ({{ total_squares }} - {{ total }} * {{ total }} / {{ count }})
                / ({{ count }} - 1),
                0
            ) / {{ count }}
        )
end
{%- endmacro %}
