with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where
        fold_id = 'serving'
        and last_purchase_age_days <= 90

),

customers as (

    select * from {{ ref('int_features__customers') }}
    where fold_id = 'serving'

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_features__products') }}
    where
        fold_id = 'serving'
        and is_sellable
        and is_in_stock

),

titles as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

memberships as (

    select
        customer_key,
        'all' as segment_type,
        'all' as segment
    from customers
    union all
    select
        customer_key,
        'region' as segment_type,
        region as segment
    from customers
    union all
    select
        customer_key,
        'rfm_segment' as segment_type,
        rfm_segment as segment
    from segments

),

counted as (

    select
        memberships.segment_type,
        memberships.segment,
        customer_products.product_key,
        count(*) as count_buyers_90d,
        count(case when customer_products.last_purchase_age_days <= 30 then 1 end)
            as count_buyers_30d
    from customer_products
    inner join memberships
        on customer_products.customer_key = memberships.customer_key
    group by
        memberships.segment_type,
        memberships.segment,
        customer_products.product_key

),

ranked as (

    select
        counted.*,
        products.product_id,
        titles.title,
        row_number() over (
            partition by counted.segment_type, counted.segment
            order by
                counted.count_buyers_30d desc,
                counted.count_buyers_90d desc,
                products.popularity_rank asc
        ) as rank
    from counted
    inner join products
        on counted.product_key = products.product_key
    inner join titles
        on counted.product_key = titles.product_key

),

final as (

    select
        segment_type,
        segment,
        product_id,
        title,
        cast(rank as integer) as rank,
        cast(count_buyers_30d as bigint) as count_buyers_30d,
        cast(count_buyers_90d as bigint) as count_buyers_90d
    from ranked
    where rank <= {{ var('evaluation_depth') }}

)

select * from final
