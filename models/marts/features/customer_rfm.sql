with

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

final as (

    select
        fold_id,
        customer_id,
        rfm_segment,
        activity_type,
        recency_quintile,
        frequency_quintile,
        monetary_quintile,
        cast(count_orders as bigint) as count_orders,
        cast(revenue as double) as revenue,
        cast(last_order_age_days as double) as last_order_age_days
    from segments

)

select * from final
