{# Share of the first product's baskets that also hold the second. #}
{% macro confidence(count_both, count_first) -%}
cast({{ count_both }} as double) / {{ count_first }}
{%- endmacro %}
