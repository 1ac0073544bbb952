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

months as (

    select * from {{ ref('int_features__product_months') }}
    where fold_id = 'serving'

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

named as (

    select
        products.product_key,
        products.product_id,
        products.popularity_rank,
        titles.title
    from products
    inner join titles
        on products.product_key = titles.product_key

),

shop_ranked as (

    select
        named.product_key,
        row_number() over (
            order by
                counted.count_buyers_30d desc nulls last,
                counted.count_buyers_90d desc nulls last,
                named.popularity_rank asc
        ) as shop_rank
    from named
    left join counted
        on
            named.product_key = counted.product_key
            and counted.segment_type = 'all'

),

best_sellers as (

    select * from shop_ranked
    where shop_rank <= {{ var('evaluation_depth') }}

),

-- What sells now, by how much more than usual it sells in the month.
seasonal as (

    select
        'month' as segment_type,
        cast(months.month as {{ dbt.type_string() }}) as segment,
        counted.product_key,
        counted.count_buyers_90d,
        counted.count_buyers_30d,
        counted.count_buyers_90d * months.seasonal_index as demand
    from counted
    inner join months
        on counted.product_key = months.product_key
    where counted.segment_type = 'all'

),

bought as (

    select
        segment_type,
        segment,
        product_key,
        count_buyers_90d,
        count_buyers_30d,
        cast(null as double) as demand
    from counted
    union all
    select
        segment_type,
        segment,
        product_key,
        count_buyers_90d,
        count_buyers_30d,
        demand
    from seasonal

),

segments_seen as (

    select
        segment_type,
        segment
    from memberships
    union
    select
        'month' as segment_type,
        cast(month as {{ dbt.type_string() }}) as segment
    from months

),

-- Who is lost or at risk has bought nothing for long by definition, and a small region
-- little: what the whole shop buys fills their lists.
offered as (

    select
        segment_type,
        segment,
        product_key,
        count_buyers_30d,
        count_buyers_90d,
        demand,
        false as is_top_up
    from bought
    union all
    select
        segments_seen.segment_type,
        segments_seen.segment,
        best_sellers.product_key,
        0 as count_buyers_30d,
        0 as count_buyers_90d,
        null as demand,
        true as is_top_up
    from segments_seen
    cross join best_sellers
    left join bought
        on
            segments_seen.segment_type = bought.segment_type
            and segments_seen.segment = bought.segment
            and best_sellers.product_key = bought.product_key
    where bought.product_key is null

),

ranked as (

    select
        offered.*,
        named.product_id,
        named.title,
        row_number() over (
            partition by offered.segment_type, offered.segment
            order by
                offered.is_top_up asc,
                offered.demand desc nulls last,
                offered.count_buyers_30d desc,
                offered.count_buyers_90d desc,
                best_sellers.shop_rank asc nulls last,
                named.popularity_rank asc
        ) as rank
    from offered
    inner join named
        on offered.product_key = named.product_key
    left join best_sellers
        on offered.product_key = best_sellers.product_key

),

final as (

    select
        segment_type,
        segment,
        product_id,
        title,
        cast(rank as integer) as rank,
        cast(count_buyers_30d as bigint) as count_buyers_30d,
        cast(count_buyers_90d as bigint) as count_buyers_90d,
        is_top_up
    from ranked
    where rank <= {{ var('evaluation_depth') }}

)

select * from final
