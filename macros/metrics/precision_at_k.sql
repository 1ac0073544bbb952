{# Hits among the first k over k, also where the list is shorter than k. #}
{% macro precision_at_k(count_hits, k) -%}
cast({{ count_hits }} as double) / {{ k }}
{%- endmacro %}
