{# What the braces of a template in `reason_templates` may name. #}
{% macro reason_fields() -%}
    {{ return(['count_orders', 'last_bought_date', 'anchor_title', 'region', 'category']) }}
{%- endmacro %}
