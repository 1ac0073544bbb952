{%- set features = {
    'customer_features': [
        'count_events', 'count_orders', 'count_products_bought',
        'count_products_rebought', 'count_views', 'count_carts', 'revenue',
        'average_basket_size', 'average_price', 'main_category_affinity',
        'typical_interval_days', 'last_order_age_days', 'first_event_age_days',
        'last_event_age_days',
    ],
    'product_features': [
        'price', 'count_buyers', 'count_buyers_7d', 'count_buyers_30d',
        'count_buyers_90d', 'count_orders', 'count_views', 'count_carts', 'revenue',
        'repeat_rate', 'trend', 'typical_interval_days', 'last_sold_age_days',
    ],
} -%}

with

customer_features as (

    select * from {{ ref('customer_features') }}
    where fold_id = 'serving'

),

product_features as (

    select * from {{ ref('product_features') }}
    where fold_id = 'serving'

),

-- Ranks instead of values: one wholesale customer would otherwise decide every figure.
{% for mart, names in features.items() %}
{{ mart }}_ranks as (

    select
        {% for name in names -%}
            case
                when {{ name }} is not null
                    then rank() over (order by {{ name }} asc nulls last)
            end as {{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ mart }}

),
{% endfor %}
measured as (

    {% for mart, names in features.items() -%}
        {%- set last_mart = loop.last -%}
        {%- for first in names -%}
            {%- set last_first = loop.last -%}
            {%- for second in names if second > first -%}
                select
                    '{{ mart }}' as mart,
                    '{{ first }}' as feature,
                    '{{ second }}' as other_feature,
                    {{ aisle.rank_correlation(first, second) }} as correlation,
                    count(
                        case
                            when
                                {{ first }} is not null
                                and {{ second }} is not null
                                then 1
                        end
                    ) as count_rows
                from {{ mart }}_ranks
                union all
            {% endfor -%}
        {% endfor -%}
    {% endfor -%}
    select
        '' as mart,
        '' as feature,
        '' as other_feature,
        0.0 as correlation,
        0 as count_rows
    where false

),

final as (

    select
        mart,
        feature,
        other_feature,
        cast(correlation as double) as correlation,
        coalesce(abs(correlation) > 0.9, false) as is_redundant,
        cast(count_rows as bigint) as count_rows
    from measured

)

select * from final
