{# Share of the sellable catalogue that is on at least one list. #}
{% macro coverage(count_shown_products, count_products) -%}
cast({{ count_shown_products }} as double) / nullif({{ count_products }}, 0)
{%- endmacro %}
