{# The vars that decide what a release holds, as JSON; paths of this or that machine
   are left out, what they point to is in the hash of the inputs. #}
{% macro release_vars() -%}
    {%- set names = [
        'connector', 'timezone', 'currency', 'is_consent_assumed',
        'test_customer_pattern', 'bot_events_per_day', 'future_tolerance_days',
        'stale_after_days', 'gap_rate', 'as_of', 'fold_days', 'gap_days',
        'train_folds', 'half_life_days', 'quantity_cap_percentile',
        'new_customer_days', 'weight_cap', 'max_history', 'max_basket_products',
        'min_support', 'neighbours_per_product', 'is_als_enabled',
        'is_product_neighbours_enabled', 'is_bought_together_enabled',
        'is_repurchase_enabled', 'is_popularity_enabled', 'is_trending_enabled',
        'candidates_per_source', 'history_per_customer',
        'neighbours_per_history', 'latest_products', 'als_factors',
        'als_regularisation', 'als_alpha', 'als_iterations', 'als_seed',
        'evaluation_depth', 'bootstrap_replicates', 'list_length',
        'live_strategy', 'active_within_days', 'one_off_days',
        'one_off_repeat_rate', 'one_off_min_buyers', 'one_off_observed_days'
    ] -%}
    {%- set values = {} -%}
    {%- for name in names -%}
        {%- set value = var(name) -%}
        {#- YAML reads an unquoted day as a date, which JSON does not have. -#}
        {%- set is_plain = value is none or value is boolean or value is number -%}
        {%- do values.update({name: value if is_plain else value | string}) -%}
    {%- endfor -%}
    {{- tojson(values, sort_keys=true) -}}
{%- endmacro %}
