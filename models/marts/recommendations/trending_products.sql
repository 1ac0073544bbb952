with

products as (

    select * from {{ ref('int_features__products') }}
    where
        fold_id = 'serving'
        and is_sellable
        and is_in_stock
        and count_buyers_30d > 0

),

titles as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

ranked as (

    select
        products.*,
        titles.title,
        row_number() over (
            order by
                products.count_buyers_30d * products.trend desc,
                products.popularity_rank asc
        ) as rank
    from products
    inner join titles
        on products.product_key = titles.product_key
    where
        products.first_sold_age_days <= 30
        or {{ aisle.is_selling_faster('products') }}

),

final as (

    select
        product_id,
        title,
        category,
        cast(rank as integer) as rank,
        cast(count_buyers_30d * trend as double) as score,
        cast(trend as double) as trend,
        cast(count_buyers_7d as bigint) as count_buyers_7d,
        cast(count_buyers_30d as bigint) as count_buyers_30d,
        cast(count_orders as bigint) as count_orders
    from ranked
    where rank <= {{ var('candidates_per_source') }}

)

select * from final
