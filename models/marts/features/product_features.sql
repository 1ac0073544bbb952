with

products as (

    select * from {{ ref('int_features__products') }}

),

titles as (

    select * from {{ ref('int_folds__products') }}

),

final as (

    select
        products.fold_id,
        products.product_id,
        titles.title,
        products.category,
        products.brand,
        cast(products.price as double) as price,
        cast(products.relative_price as double) as relative_price,
        cast(products.unit_cost as double) as unit_cost,
        cast(products.units_on_hand as double) as units_on_hand,
        cast(products.popularity_rank as bigint) as popularity_rank,
        cast(products.count_buyers as bigint) as count_buyers,
        cast(products.count_buyers_7d as bigint) as count_buyers_7d,
        cast(products.count_buyers_30d as bigint) as count_buyers_30d,
        cast(products.count_buyers_90d as bigint) as count_buyers_90d,
        cast(products.count_orders as bigint) as count_orders,
        cast(products.count_views as bigint) as count_views,
        cast(products.count_carts as bigint) as count_carts,
        cast(products.revenue as double) as revenue,
        cast(products.repeat_rate as double) as repeat_rate,
        cast(products.trend as double) as trend,
        cast(products.typical_interval_days as double) as typical_interval_days,
        cast(products.last_sold_age_days as double) as last_sold_age_days,
        products.is_one_off,
        products.is_in_stock,
        products.is_sellable
    from products
    inner join titles
        on
            products.fold_id = titles.fold_id
            and products.product_key = titles.product_key

)

select * from final
