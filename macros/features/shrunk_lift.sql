{# A lift of `(count + 1) / (expected + 1)`, shrunk as if `prior` were added in place of
   one: the fewer are expected, the nearer to 1, which is also what no count gives. #}
{% macro shrunk_lift(count, lift, prior) -%}
coalesce(
    ({{ count }} + {{ prior }}) / (({{ count }} + 1.0) / {{ lift }} - 1 + {{ prior }}),
    1
)
{%- endmacro %}
