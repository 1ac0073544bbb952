{# The inputs of Aisle and their columns: the one place that says what a source must or
   may supply. `is_required` holds for a column where the input is supplied at all. #}
{% macro input_contract() -%}
    {%- set columns = {
        'interactions': [
            ('interaction_id', 'text', false),
            ('customer_id', 'text', true),
            ('session_id', 'text', false),
            ('product_id', 'text', true),
            ('order_id', 'text', false),
            ('returned_interaction_id', 'text', false),
            ('interaction_type', 'text', true),
            ('channel', 'text', false),
            ('quantity', 'double', false),
            ('unit_price', 'double', false),
            ('rating', 'double', false),
            ('dwell_seconds', 'double', false),
            ('occurred_at', 'timestamp', true)
        ],
        'products': [
            ('product_id', 'text', true),
            ('parent_product_id', 'text', false),
            ('title', 'text', false),
            ('description', 'text', false),
            ('category', 'text', false),
            ('subcategory', 'text', false),
            ('brand', 'text', false),
            ('seller_id', 'text', false),
            ('price', 'amount', false),
            ('unit_cost', 'double', false),
            ('attributes', 'json', false),
            ('available_from', 'timestamp', false),
            ('discontinued_at', 'timestamp', false),
            ('valid_from', 'timestamp', false)
        ],
        'customers': [
            ('customer_id', 'text', true),
            ('registered_at', 'timestamp', false),
            ('region', 'text', false),
            ('attributes', 'json', false),
            ('identity_hash', 'text', false),
            ('has_consented', 'boolean', false)
        ],
        'inventory': [
            ('product_id', 'text', true),
            ('units_on_hand', 'double', true),
            ('observed_at', 'timestamp', true)
        ],
        'impressions': [
            ('impression_id', 'text', true),
            ('customer_id', 'text', true),
            ('product_id', 'text', true),
            ('placement', 'text', false),
            ('slot', 'bigint', false),
            ('release_id', 'text', false),
            ('strategy', 'text', false),
            ('scenario_id', 'text', false),
            ('experiment_id', 'text', false),
            ('variant', 'text', false),
            ('propensity', 'double', false),
            ('is_discovery', 'boolean', false),
            ('served_at', 'timestamp', true),
            ('clicked_at', 'timestamp', false)
        ],
        'experiment_assignments': [
            ('experiment_id', 'text', true),
            ('customer_id', 'text', true),
            ('variant', 'text', true),
            ('assigned_at', 'timestamp', true)
        ],
        'questionnaire_answers': [
            ('customer_id', 'text', true),
            ('question_id', 'text', true),
            ('answer', 'text', true),
            ('answered_at', 'timestamp', true)
        ],
        'erasures': [
            ('customer_key', 'text', true),
            ('requested_at', 'timestamp', true)
        ]
    } -%}
    {%- set contract = {} -%}
    {%- for input_name, rows in columns.items() -%}
        {%- set described = [] -%}
        {%- for name, type, is_required in rows -%}
            {%- do described.append(
                {'name': name, 'type': type, 'is_required': is_required}
            ) -%}
        {%- endfor -%}
        {%- do contract.update({input_name: described}) -%}
    {%- endfor -%}
    {{- return(contract) -}}
{%- endmacro %}
