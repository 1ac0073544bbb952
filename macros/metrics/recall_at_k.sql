{# Hits among the first k over all relevant products, not over min(k, relevant). #}
{% macro recall_at_k(count_hits, count_relevant) -%}
cast({{ count_hits }} as double) / nullif({{ count_relevant }}, 0)
{%- endmacro %}
