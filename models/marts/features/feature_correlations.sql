{%- set features = {
    'customer_features': [
        'count_events', 'count_orders', 'count_products_bought',
        'count_products_rebought', 'count_views', 'count_carts', 'revenue',
        'average_basket_size', 'average_price', 'price_affinity',
        'main_category_affinity', 'typical_interval_days', 'last_order_age_days',
        'first_event_age_days', 'last_event_age_days',
    ],
    'product_features': [
        'price', 'relative_price', 'count_buyers', 'count_buyers_7d',
        'count_buyers_30d', 'count_buyers_90d', 'count_orders', 'count_views',
        'count_carts', 'revenue', 'repeat_rate', 'trend', 'typical_interval_days',
        'last_sold_age_days',
    ],
} -%}
{%- set entities = {
    'customer_features': 'customer_id', 'product_features': 'product_id',
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

-- Long instead of wide: one pair of features after the other needs one self-join, not
-- one expression per pair.
measured as (

    {% for mart, names in features.items() -%}
        {%- set last_mart = loop.last -%}
        {%- for name in names -%}
            select
                '{{ mart }}' as mart,
                {{ entities[mart] }} as entity_id,
                '{{ name }}' as feature,
                cast({{ name }} as double) as value
            from {{ mart }}
            where {{ name }} is not null
            {% if not (last_mart and loop.last) -%}
                union all
            {% endif -%}
        {% endfor -%}
    {% endfor %}

),

-- Ranks instead of values: one wholesale customer would otherwise decide every figure.
-- Twice the mean place of those with the same value, and one, so that it is whole.
ranked as (

    select
        mart,
        entity_id,
        feature,
        2 * rank() over (partition by mart, feature order by value asc)
        + count(*) over (partition by mart, feature, value) as position
    from measured

),

paired as (

    select
        ranked.mart,
        ranked.feature,
        others.feature as other_feature,
        {{ aisle.rank_correlation('ranked.position', 'others.position') }}
            as correlation,
        count(*) as count_rows
    from ranked
    inner join ranked as others
        on
            ranked.mart = others.mart
            and ranked.entity_id = others.entity_id
            and ranked.feature < others.feature
    group by ranked.mart, ranked.feature, others.feature

),

final as (

    select
        mart,
        feature,
        other_feature,
        cast(correlation as double) as correlation,
        coalesce(abs(correlation) > 0.9, false) as is_redundant,
        cast(count_rows as bigint) as count_rows
    from paired

)

select * from final
