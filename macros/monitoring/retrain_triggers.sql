{# What can ask for retraining: the rows that `seeds/retrain_triggers.csv` may have. #}
{% macro retrain_triggers() -%}
    {{- return([
        'model_age',
        'drift',
        'quality_loss',
        'new_product_rate',
        'new_customer_rate',
        'catalogue_change',
    ]) -}}
{%- endmacro %}
