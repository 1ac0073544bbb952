{# A count over what is expected of it, `prior` added to both: the fewer are expected, the
   nearer to 1, which is also what no count gives. #}
{% macro shrunk_lift(count, expected, prior) -%}
coalesce(({{ count }} + {{ prior }}) / ({{ expected }} + {{ prior }}), 1)
{%- endmacro %}
