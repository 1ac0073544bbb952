{# Share of all baskets that hold both products. #}
{% macro support(count_both, count_total) -%}
cast({{ count_both }} as double) / {{ count_total }}
{%- endmacro %}
