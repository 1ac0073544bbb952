{# How many times more often the two meet than if baskets were filled by chance. #}
{% macro lift(count_both, count_first, count_second, count_total) -%}
cast({{ count_both }} as double) * {{ count_total }}
/ (cast({{ count_first }} as double) * {{ count_second }})
{%- endmacro %}
