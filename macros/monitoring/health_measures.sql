{# The measures of `monitoring.health`, which have the names of their checks. #}
{% macro health_measures() -%}
    {{- return([
        'data_age',
        'model_age',
        'impressions_age',
        'inventory_age',
        'new_product_rate',
        'gone_product_rate',
        'stopped_product_rate',
        'customer_churn_30d',
        'customer_churn_90d',
        'new_customer_rate',
        'list_coverage',
        'full_list_rate',
        'fallback_list_rate',
        'fallback_slot_rate',
    ]) -}}
{%- endmacro %}
