{# Baskets (or customers) with both products over those with either. #}
{% macro jaccard(count_both, count_first, count_second) -%}
cast({{ count_both }} as double)
/ ({{ count_first }} + {{ count_second }} - {{ count_both }})
{%- endmacro %}
