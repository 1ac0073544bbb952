{# The columns that `standard_error` of a mean is made of: count, sum and sum of squares of
   an expression, as `count_<name>, total_<name>, squares_<name>`. A million of a currency
   has a square that 18 digits do not hold. Squared is what the sum adds up, rounded as it
   is there: where all are alike nothing is left as an error. #}
{% macro error_sums(expression, name) -%}
{%- set rounded = 'cast(' ~ aisle.exact_decimal(expression) ~ ' as double)' -%}
count({{ expression }}) as count_{{ name }},
{{ aisle.exact_sum(expression) }} as total_{{ name }},
{{ aisle.exact_wide_sum(rounded ~ ' * ' ~ rounded) }}
    as squares_{{ name }}
{%- endmacro %}
