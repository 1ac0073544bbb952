{# Length of a vector: the root of the sum of its squared weights, which are whole numbers
   and so add up exactly. #}
{% macro norm(weight) -%}
sqrt(sum(cast({{ weight }} as bigint) * {{ weight }}))
{%- endmacro %}
