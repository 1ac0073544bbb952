{# Placements with a list for each product: whose customer, and what order, are not known. #}
{% macro anchored_placements() -%}
    {{ return(['product_page', 'cart']) }}
{%- endmacro %}
