{# Cosine of two non-negative weight vectors from their dot product and norms. #}
{% macro cosine(dot_product, first_norm, second_norm) -%}
cast({{ dot_product }} as double) / ({{ first_norm }} * {{ second_norm }})
{%- endmacro %}
