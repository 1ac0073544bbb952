-- Every region and RFM segment that has customers, and every month in which something
-- was bought, has a list as long as the shop's.
with

recommendations as (

    select * from {{ ref('segment_recommendations') }}

),

customers as (

    select * from {{ ref('int_features__customers') }}
    where fold_id = 'serving'

),

rfm as (

    select * from {{ ref('int_features__customer_rfm') }}
    where fold_id = 'serving'

),

months as (

    select * from {{ ref('int_features__product_months') }}
    where fold_id = 'serving'

),

segments as (

    select
        'region' as segment_type,
        region as segment
    from customers
    union
    select
        'rfm_segment' as segment_type,
        rfm_segment as segment
    from rfm
    union
    select
        'month' as segment_type,
        cast(month as {{ dbt.type_string() }}) as segment
    from months

),

counted as (

    select
        segment_type,
        segment,
        count(*) as count_products
    from recommendations
    group by segment_type, segment

),

shop as (

    select count_products as count_products_due
    from counted
    where segment_type = 'all'

)

select
    segments.segment_type,
    segments.segment,
    counted.count_products,
    shop.count_products_due
from segments
cross join shop
left join counted
    on
        segments.segment_type = counted.segment_type
        and segments.segment = counted.segment
where coalesce(counted.count_products, 0) != shop.count_products_due
