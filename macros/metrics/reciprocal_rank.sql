{# 1 over the rank of the first hit; 0 without a hit. #}
{% macro reciprocal_rank(first_hit_rank) -%}
coalesce(1 / {{ first_hit_rank }}, 0)
{%- endmacro %}
