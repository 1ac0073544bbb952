{# The inputs that each connector has a staging model for. #}
{% macro connector_inputs() -%}
    {{- return({
        'sample_shop': [
            'interactions', 'products', 'customers', 'inventory', 'impressions',
            'experiment_assignments', 'questionnaire_answers'
        ],
        'files': [
            'interactions', 'products', 'customers', 'inventory', 'impressions',
            'experiment_assignments', 'questionnaire_answers', 'erasures'
        ],
        'online_retail': ['interactions', 'products', 'customers']
    }) -}}
{%- endmacro %}
