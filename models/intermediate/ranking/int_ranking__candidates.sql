{%- set sources = aisle.candidate_sources() -%}
{%- set ease_shares = [
    'ease_known_share', 'ease_known_trend_share', 'ease_known_recent_share'
] -%}

with

ranked as (

    select * from {{ ref('int_ranking__ranked') }}
    where {{ aisle.in_block('customer_key') }}

),

folds as (

    select
        *,
        cast(
            extract(month from {{ aisle.local_time(aisle.add_days(
                'cutoff_at', var('gap_days')
            )) }}) as integer
        ) as first_month,
        cast(
            extract(month from {{ aisle.local_time(aisle.add_days(
                'cutoff_at', var('gap_days') + var('fold_days')
            ) ~ " - interval '1' second") }}) as integer
        ) as last_month
    from {{ ref('folds') }}

),

ease_shares as (

    {% if var('is_ease_enabled') or var('is_ease_trend_enabled') -%}
        select * from {{ ref('int_ranking__ease_shares') }}
        where {{ aisle.in_block('customer_key') }}
    {%- else -%}
        select
            {% for share in ease_shares -%}
                cast(null as double) as {{ share }},
            {% endfor -%}
            fold_id,
            cast(null as bigint) as customer_key,
            cast(null as bigint) as product_key
        from folds
        where false
    {%- endif %}

),

closest_products as (

    select * from {{ ref('int_ranking__closest_products') }}
    where {{ aisle.in_block('customer_key') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where {{ aisle.in_block('customer_key') }}

),

customers as (

    select * from {{ ref('int_features__customers') }}
    where {{ aisle.in_block('customer_key') }}

),

categories as (

    select * from {{ ref('int_features__customer_categories') }}
    where {{ aisle.in_block('customer_key') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

months as (

    select * from {{ ref('int_features__product_months') }}

),

customer_attributes as (

    select * from {{ ref('int_features__customer_attributes') }}
    where
        field != 'region'
        and {{ aisle.in_block('customer_key') }}

),

lifts as (

    select * from {{ ref('int_features__attribute_lifts') }}

),

regions as (

    select *
    from lifts
    where field = 'region'

),

attribute_lifts as (

    select
        ranked.fold_id,
        ranked.customer_key,
        ranked.product_key,
        exp({{ aisle.exact_avg('ln(lifts.lift)') }}) as attribute_lift
    from ranked
    inner join customer_attributes
        on
            ranked.fold_id = customer_attributes.fold_id
            and ranked.customer_key = customer_attributes.customer_key
    inner join lifts
        on
            ranked.fold_id = lifts.fold_id
            and ranked.product_key = lifts.product_key
            and customer_attributes.field = lifts.field
            and customer_attributes.value = lifts.value
    group by ranked.fold_id, ranked.customer_key, ranked.product_key

),

final as (

    select
        ranked.fold_id,
        ranked.customer_key,
        ranked.product_key,
        {% for source in sources -%}
            {% if source.kind == 'personal' -%}
                ranked.{{ source.name }}_share,
            {% endif -%}
            ranked.{{ source.name }}_rank,
        {% endfor -%}
        {% for share in ease_shares -%}
            ease_shares.{{ share }},
        {% endfor -%}
        closest_products.closest_similarity,
        ranked.count_sources,
        ranked.is_personal,
        coalesce(customer_products.is_bought, false) as is_bought,

        coalesce(customer_products.count_orders, 0) as count_orders,
        cast(customer_products.count_orders as double)
        / nullif(customers.count_orders, 0) as order_share,
        coalesce(customer_products.decayed_orders, 0) as decayed_orders,
        coalesce(customer_products.count_views, 0) as count_views,
        coalesce(customer_products.count_carts, 0) as count_carts,
        customer_products.weight,
        customer_products.rating,
        customer_products.quantity,
        customer_products.revenue,
        customer_products.typical_interval_days,
        customer_products.last_purchase_age_days,
        customer_products.first_purchase_age_days,
        customer_products.last_event_age_days,
        customer_products.last_purchase_age_days - customers.last_order_age_days
            as days_before_last_order,
        customer_products.last_purchase_age_days / coalesce(
            customer_products.typical_interval_days, products.typical_interval_days
        ) as overdue_ratio,

        products.count_buyers_7d,
        products.count_buyers_30d,
        products.count_buyers_90d,
        products.count_buyers,
        products.count_orders_30d,
        products.count_orders as count_product_orders,
        products.count_views as count_product_views,
        products.trend,
        products.count_buyers_7d / (products.count_buyers_30d + 1) as trend_7d,
        products.count_buyers_30d / (products.count_buyers_90d + 1) as trend_30d,
        products.repeat_rate,
        products.typical_interval_days as product_interval_days,
        products.last_sold_age_days,
        products.first_sold_age_days,
        products.first_sold_age_days - customers.last_order_age_days
            as first_sold_before_last_order_days,
        (1 + products.first_sold_age_days) / (1 + customers.usual_product_age_days)
            as age_to_usual,
        regions.lift as region_lift,
        attribute_lifts.attribute_lift,

        first_months.seasonal_index as first_month_index,
        last_months.seasonal_index as last_month_index,

        products.price,
        products.relative_price,
        products.price / nullif(customers.average_price, 0) as price_to_average,
        products.relative_price / nullif(customers.price_affinity, 0)
            as price_to_affinity,
        products.revenue / nullif(products.count_orders, 0) as revenue_per_order,

        categories.affinity as category_affinity,
        customers.count_orders as count_customer_orders,
        customers.average_basket_size,
        customers.average_price,
        customers.typical_interval_days as customer_interval_days,
        customers.last_order_age_days,
        customers.first_order_age_days,
        customers.count_products_bought,
        customers.count_products_rebought
        / nullif(cast(customers.count_products_bought as double), 0) as rebuy_rate,
        customers.revenue as customer_revenue
    from ranked
    inner join products
        on
            ranked.fold_id = products.fold_id
            and ranked.product_key = products.product_key
    inner join folds
        on ranked.fold_id = folds.fold_id
    left join ease_shares
        on
            ranked.fold_id = ease_shares.fold_id
            and ranked.customer_key = ease_shares.customer_key
            and ranked.product_key = ease_shares.product_key
    left join closest_products
        on
            ranked.fold_id = closest_products.fold_id
            and ranked.customer_key = closest_products.customer_key
            and ranked.product_key = closest_products.product_key
    left join customers
        on
            ranked.fold_id = customers.fold_id
            and ranked.customer_key = customers.customer_key
    left join customer_products
        on
            ranked.fold_id = customer_products.fold_id
            and ranked.customer_key = customer_products.customer_key
            and ranked.product_key = customer_products.product_key
    left join categories
        on
            ranked.fold_id = categories.fold_id
            and ranked.customer_key = categories.customer_key
            and products.category = categories.category
    left join regions
        on
            ranked.fold_id = regions.fold_id
            and ranked.product_key = regions.product_key
            and customers.region = regions.value
    left join attribute_lifts
        on
            ranked.fold_id = attribute_lifts.fold_id
            and ranked.customer_key = attribute_lifts.customer_key
            and ranked.product_key = attribute_lifts.product_key
    left join months as first_months
        on
            ranked.fold_id = first_months.fold_id
            and ranked.product_key = first_months.product_key
            and folds.first_month = first_months.month
    left join months as last_months
        on
            ranked.fold_id = last_months.fold_id
            and ranked.product_key = last_months.product_key
            and folds.last_month = last_months.month

)

select * from final
