with

products as (

    select * from {{ ref('int_folds__products') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where unseen_customer_key is null

),

orders as (

    select * from {{ ref('int_features__orders') }}
    where unseen_customer_key is null

),

demand as (

    select
        fold_id,
        product_key,
        count(*) as count_customers,
        count(case when count_orders > 0 then 1 end) as count_buyers,
        count(case when count_orders > 1 then 1 end) as count_repeat_buyers,
        count(
            case
                when first_purchase_age_days >= {{ var('one_off_observed_days') }}
                    then 1
            end
        ) as count_observed_buyers,
        count(
            case
                when
                    first_purchase_age_days >= {{ var('one_off_observed_days') }}
                    and count_orders > 1
                    then 1
            end
        ) as count_observed_repeat_buyers,
        sum(count_orders) as count_orders,
        sum(count_views) as count_views,
        sum(count_carts) as count_carts,
        {{ aisle.exact_sum('revenue') }} as revenue,
        {% for days in [7, 30, 90] -%}
            count(case when last_purchase_age_days <= {{ days }} then 1 end)
                as count_buyers_{{ days }}d,
        {% endfor -%}
        min(last_purchase_age_days) as last_sold_age_days
    from customer_products
    group by fold_id, product_key

),

-- What few have had for long is judged by its kind: the subcategory, else the category.
observed as (

    select
        products.fold_id,
        products.product_key,
        products.category,
        products.subcategory,
        demand.count_observed_buyers,
        demand.count_observed_repeat_buyers,
        sum(demand.count_observed_buyers) over subcategory as count_subcategory_buyers,
        sum(demand.count_observed_repeat_buyers) over subcategory
            as count_subcategory_repeat_buyers,
        sum(demand.count_observed_buyers) over category as count_category_buyers,
        sum(demand.count_observed_repeat_buyers) over category
            as count_category_repeat_buyers
    from products
    left join demand
        on
            products.fold_id = demand.fold_id
            and products.product_key = demand.product_key
    window
        subcategory as (
            partition by products.fold_id, products.category, products.subcategory
        ),
        category as (partition by products.fold_id, products.category)

),

judged as (

    select
        fold_id,
        product_key,
        case
            when count_observed_buyers >= {{ var('one_off_min_buyers') }}
                then
                    count_observed_repeat_buyers
                    < {{ var('one_off_repeat_rate') }} * count_observed_buyers
            when
                subcategory != 'unknown'
                and count_subcategory_buyers >= {{ var('one_off_min_buyers') }}
                then
                    count_subcategory_repeat_buyers
                    < {{ var('one_off_repeat_rate') }} * count_subcategory_buyers
            when
                category != 'unknown'
                and count_category_buyers >= {{ var('one_off_min_buyers') }}
                then
                    count_category_repeat_buyers
                    < {{ var('one_off_repeat_rate') }} * count_category_buyers
            else false
        end as is_one_off
    from observed

),

timing as (

    select
        fold_id,
        product_key,
        median(interval_days) as typical_interval_days,
        count(case when age_days <= 14 then 1 end) as count_orders_14d,
        count(case when age_days <= 30 then 1 end) as count_orders_30d,
        max(age_days) as first_sold_age_days
    from orders
    group by fold_id, product_key

),

prices as (

    select
        fold_id,
        category,
        median(price) as median_price
    from products
    group by fold_id, category

),

final as (

    select
        products.fold_id,
        products.fold_key,
        products.product_key,
        products.product_id,
        products.category,
        products.subcategory,
        products.brand,
        products.price,
        products.recent_price,
        products.price / nullif(prices.median_price, 0) as relative_price,
        products.unit_cost,
        products.units_on_hand,
        products.is_sellable,
        coalesce(products.units_on_hand > 0, true) as is_in_stock,
        coalesce(demand.count_customers, 0) as count_customers,
        coalesce(demand.count_buyers, 0) as count_buyers,
        coalesce(demand.count_buyers_7d, 0) as count_buyers_7d,
        coalesce(demand.count_buyers_30d, 0) as count_buyers_30d,
        coalesce(demand.count_buyers_90d, 0) as count_buyers_90d,
        cast(coalesce(demand.count_orders, 0) as bigint) as count_orders,
        coalesce(timing.count_orders_30d, 0) as count_orders_30d,
        cast(coalesce(demand.count_views, 0) as bigint) as count_views,
        cast(coalesce(demand.count_carts, 0) as bigint) as count_carts,
        coalesce(demand.revenue, 0) as revenue,
        row_number() over (
            partition by products.fold_id
            order by
                coalesce(demand.count_buyers_30d, 0) desc,
                coalesce(demand.count_views, 0) desc,
                products.product_id asc
        ) as popularity_rank,
        demand.count_repeat_buyers / nullif(demand.count_buyers, 0) as repeat_rate,
        judged.is_one_off,
        timing.typical_interval_days,
        demand.last_sold_age_days,
        timing.first_sold_age_days,
        -- Orders of the last days against all: above the usual share means rising.
        (coalesce(timing.count_orders_30d, 0) + 1)
        / (coalesce(demand.count_orders, 0) + 20) as trend,
        (2 * coalesce(timing.count_orders_14d, 0) + 1)
        / (2 * coalesce(demand.count_orders, 0) + 40) as trend_14d
    from products
    inner join judged
        on
            products.fold_id = judged.fold_id
            and products.product_key = judged.product_key
    left join demand
        on
            products.fold_id = demand.fold_id
            and products.product_key = demand.product_key
    left join timing
        on
            products.fold_id = timing.fold_id
            and products.product_key = timing.product_key
    left join prices
        on
            products.fold_id = prices.fold_id
            and products.category = prices.category

)

select * from final
