{# Above this share of revenue without a known cost nobody knows a margin. #}
{% macro uncosted_limit() -%}
    {{ return(0.1) }}
{%- endmacro %}
