{# What caps can count by. #}
{% macro cap_fields() -%}
    {{ return(['category', 'subcategory', 'brand', 'seller_id']) }}
{%- endmacro %}
