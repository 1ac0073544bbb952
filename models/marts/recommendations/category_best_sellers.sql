with

products as (

    select * from {{ ref('int_features__products') }}
    where
        fold_id = 'serving'
        and is_sellable
        and is_in_stock
        and count_buyers_90d > 0

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
            partition by products.category
            order by
                products.count_buyers_30d desc,
                products.count_buyers_90d desc,
                products.product_id asc
        ) as rank
    from products
    inner join titles
        on products.product_key = titles.product_key

),

final as (

    select
        category,
        product_id,
        title,
        cast(rank as integer) as rank,
        cast(count_buyers_30d as bigint) as count_buyers_30d,
        cast(count_buyers_90d as bigint) as count_buyers_90d
    from ranked
    where rank <= {{ var('evaluation_depth') }}

)

select * from final
