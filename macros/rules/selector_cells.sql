{# The cells by which a seed chooses products: fields in lower case, nothing with a space
   around it. #}
{% macro selector_cells() -%}
lower(trim(field)) as field,
operator,
{{ aisle.spaceless_list('value') }} as value,
lower(trim(and_field)) as and_field,
and_operator,
{{ aisle.spaceless_list('and_value') }} as and_value
{%- endmacro %}
