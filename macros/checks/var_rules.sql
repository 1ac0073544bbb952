{# What each var of `dbt_project.yml` may be: its kind (number, whole, boolean, text,
   choice, instant, path), bounds or choices, and whether it may be null. #}
{% macro var_rules() -%}
    {%- set strategies = ['champion'] -%}
    {%- for strategy in aisle.strategies() -%}
        {%- do strategies.append(strategy.name) -%}
    {%- endfor -%}
    {%- set rules = {
        'connector': {
            'kind': 'choice', 'choices': aisle.connector_inputs().keys() | list
        },
        'files_path': {'kind': 'path', 'is_nullable': true},
        'online_retail_path': {'kind': 'path', 'is_nullable': true},
        'timezone': {'kind': 'time zone'},
        'currency': {'kind': 'text'},
        'is_consent_assumed': {'kind': 'boolean'},
        'test_customer_pattern': {'kind': 'text'},
        'bot_events_per_day': {'kind': 'whole', 'lowest': 1},
        'future_tolerance_days': {'kind': 'whole', 'lowest': 0},
        'stale_after_days': {'kind': 'whole', 'lowest': 0},
        'gap_rate': {'kind': 'number', 'lowest': 0, 'highest': 1},
        'as_of': {'kind': 'instant', 'is_nullable': true},
        'fold_days': {'kind': 'whole', 'lowest': 1, 'highest': 366},
        'gap_days': {'kind': 'whole', 'lowest': 0, 'highest': 366},
        'train_folds': {'kind': 'whole', 'lowest': 1, 'highest': 24},
        'backtest_folds': {'kind': 'whole', 'lowest': 0, 'highest': 24},
        'half_life_days': {'kind': 'number', 'lowest': 1},
        'quantity_cap_percentile': {'kind': 'number', 'lowest': 0.5, 'highest': 1},
        'new_customer_days': {'kind': 'whole', 'lowest': 1},
        'new_product_days': {'kind': 'whole', 'lowest': 1},
        'weight_cap': {'kind': 'number', 'lowest': 1},
        'max_history': {'kind': 'whole', 'lowest': 2},
        'max_basket_products': {'kind': 'whole', 'lowest': 2},
        'min_support': {'kind': 'whole', 'lowest': 1},
        'neighbours_per_product': {'kind': 'whole', 'lowest': 1},
        'token_share': {'kind': 'number', 'lowest': 0, 'highest': 1},
        'max_token_products': {'kind': 'whole', 'lowest': 2},
        'tokens_per_product': {'kind': 'whole', 'lowest': 1},
        'min_token_cosine': {'kind': 'number', 'lowest': 0, 'highest': 1},
        'content_text_weight': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'content_category_weight': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'content_subcategory_weight': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'content_brand_weight': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'content_price_band_weight': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'content_attribute_weight': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'candidates_per_source': {'kind': 'whole', 'lowest': 1},
        'repurchase_candidates': {'kind': 'whole', 'lowest': 1},
        'history_per_customer': {'kind': 'whole', 'lowest': 1},
        'neighbours_per_history': {'kind': 'whole', 'lowest': 1},
        'categories_per_customer': {'kind': 'whole', 'lowest': 1},
        'product_similarity': {
            'kind': 'choice', 'choices': ['cosine', 'jaccard', 'lift', 'bm25']
        },
        'popularity_discount': {'kind': 'number', 'lowest': 0, 'highest': 1},
        'max_buyers_per_product': {'kind': 'whole', 'lowest': 1},
        'min_shared_products': {'kind': 'whole', 'lowest': 1},
        'neighbours_per_customer': {'kind': 'whole', 'lowest': 1},
        'products_per_neighbour': {'kind': 'whole', 'lowest': 1},
        'latest_products': {'kind': 'whole', 'lowest': 1},
        'newcomer_days': {'kind': 'whole', 'lowest': 1},
        'newcomer_prior': {'kind': 'number', 'lowest': 1},
        'newcomer_spread': {'kind': 'number', 'lowest': 0, 'highest': 1000},
        'als_factors': {'kind': 'whole', 'lowest': 1, 'highest': 1024},
        'als_regularisation': {'kind': 'number', 'lowest': 0},
        'als_alpha': {'kind': 'number', 'lowest': 0},
        'als_iterations': {'kind': 'whole', 'lowest': 1, 'highest': 1000},
        'ease_regularisation': {'kind': 'number', 'lowest': 0.001},
        'ease_max_products': {'kind': 'whole', 'lowest': 1},
        'als_seed': {'kind': 'whole', 'lowest': 0, 'highest': 4294967295},
        'ranker_rounds': {'kind': 'whole', 'lowest': 1, 'highest': 10000},
        'ranker_leaves': {'kind': 'whole', 'lowest': 2, 'highest': 1024},
        'ranker_learning_rate': {'kind': 'number', 'lowest': 0.001, 'highest': 1},
        'ranker_negative_rate': {'kind': 'number', 'lowest': 0.01, 'highest': 1},
        'ranker_seed': {'kind': 'whole', 'lowest': 0, 'highest': 2147483647},
        'ranker_seeds': {'kind': 'whole', 'lowest': 1, 'highest': 20},
        'evaluation_depth': {'kind': 'whole', 'lowest': 20},
        'bootstrap_replicates': {'kind': 'whole', 'lowest': 2},
        'list_length': {'kind': 'whole', 'lowest': 1, 'highest': 100},
        'live_strategy': {'kind': 'choice', 'choices': strategies},
        'active_within_days': {'kind': 'whole', 'lowest': 1},
        'one_off_days': {'kind': 'whole', 'lowest': 0},
        'one_off_repeat_rate': {'kind': 'number', 'lowest': 0, 'highest': 1},
        'one_off_min_buyers': {'kind': 'whole', 'lowest': 1},
        'one_off_observed_days': {'kind': 'whole', 'lowest': 0},
        'customers_per_product': {'kind': 'whole', 'lowest': 1},
        'recent_buyer_days': {'kind': 'whole', 'lowest': 1},
        'overstocked_days': {'kind': 'whole', 'lowest': 1}
    } -%}
    {%- for source in aisle.candidate_sources(is_enabled_only=false) -%}
        {%- do rules.update({'is_' ~ source.name ~ '_enabled': {'kind': 'boolean'}}) -%}
    {%- endfor -%}
    {{- return(rules) -}}
{%- endmacro %}
