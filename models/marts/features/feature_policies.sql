with

policies as (

    select * from {{ ref('missing_value_policies') }}

),

customer_features as (

    select * from {{ ref('customer_features') }}

),

product_features as (

    select * from {{ ref('product_features') }}

),

customer_rfm as (

    select * from {{ ref('customer_rfm') }}

),

customer_lifetime_value as (

    select * from {{ ref('customer_lifetime_value') }}

),

customer_categories as (

    select * from {{ ref('customer_categories') }}

),

product_months as (

    select * from {{ ref('product_months') }}

),

{%- set features = {
    'customer_features': [
        'region', 'main_category', 'last_purchases', 'count_events',
        'count_orders', 'count_products_bought', 'count_products_rebought',
        'count_views', 'count_carts', 'revenue', 'average_basket_size',
        'average_price', 'price_affinity', 'main_category_affinity',
        'typical_interval_days', 'last_order_age_days', 'first_event_age_days',
        'last_event_age_days',
    ],
    'product_features': [
        'title', 'category', 'brand', 'price', 'relative_price', 'unit_cost',
        'units_on_hand', 'popularity_rank', 'count_buyers', 'count_buyers_7d',
        'count_buyers_30d', 'count_buyers_90d', 'count_orders', 'count_views',
        'count_carts', 'revenue', 'repeat_rate', 'trend', 'typical_interval_days',
        'last_sold_age_days', 'is_one_off', 'is_in_stock', 'is_sellable',
    ],
    'customer_rfm': [
        'rfm_segment', 'activity_type', 'recency_quintile', 'frequency_quintile',
        'monetary_quintile', 'count_orders', 'revenue', 'last_order_age_days',
    ],
    'customer_lifetime_value': [
        'count_orders', 'probability_alive', 'expected_orders', 'expected_order_value',
        'lifetime_value',
    ],
    'customer_categories': ['rank', 'affinity', 'count_products'],
    'product_months': ['count_orders', 'seasonal_index'],
} %}

measured as (

    {% for mart, names in features.items() -%}
        {%- set last_mart = loop.last -%}
        {%- for name in names -%}
            select
                '{{ mart }}' as mart,
                '{{ name }}' as feature,
                count(*) as count_rows,
                count(*) - count({{ name }}) as count_null
            from {{ mart }}
            {% if not (last_mart and loop.last) -%}
                union all
            {% endif -%}
        {% endfor -%}
    {% endfor %}

),

final as (

    select
        measured.mart,
        measured.feature,
        policies.missing_policy,
        policies.fill_value,
        policies.reason,
        cast(measured.count_rows as bigint) as count_rows,
        cast(measured.count_null as bigint) as count_null
    from measured
    left join policies
        on
            measured.mart = policies.mart
            and measured.feature = policies.feature

)

select * from final
