with

customers as (

    select * from {{ ref('int_features__customers') }}

),

scored as (

    select
        fold_id,
        customer_key,
        {{ aisle.quintile('last_order_age_days', 'desc') }} as recency_quintile,
        {{ aisle.quintile('count_orders') }} as frequency_quintile,
        {{ aisle.quintile('revenue') }} as monetary_quintile
    from customers
    where count_orders > 0

),

joined as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.customer_id,
        customers.count_orders,
        customers.revenue,
        customers.last_order_age_days,
        customers.last_event_age_days,
        customers.first_event_age_days <= {{ var('new_customer_days') }} as is_new,
        scored.recency_quintile,
        scored.frequency_quintile,
        scored.monetary_quintile
    from customers
    left join scored
        on
            customers.fold_id = scored.fold_id
            and customers.customer_key = scored.customer_key

),

segmented as (

    select
        *,
        case
            when is_new then 'new'
            when recency_quintile is null and last_event_age_days <= 90
                then 'promising'
            when recency_quintile is null then 'lost'
            when
                recency_quintile >= 4
                and frequency_quintile >= 4
                and monetary_quintile >= 4
                then 'champions'
            when recency_quintile >= 3 and frequency_quintile >= 4 then 'loyal'
            when recency_quintile >= 4 and frequency_quintile >= 2
                then 'potential_loyal'
            when recency_quintile >= 4 then 'promising'
            when recency_quintile = 3 and frequency_quintile = 3
                then 'need_attention'
            when recency_quintile = 3 then 'about_to_sleep'
            when frequency_quintile = 5 and monetary_quintile >= 4
                then 'cannot_lose'
            when frequency_quintile >= 3 then 'at_risk'
            when recency_quintile = 2 then 'hibernating'
            else 'lost'
        end as rfm_segment
    from joined

),

final as (

    select
        fold_id,
        customer_key,
        customer_id,
        rfm_segment,
        case
            when is_new then 'new'
            when frequency_quintile = 5 then 'power'
            else 'casual'
        end as activity_type,
        recency_quintile,
        frequency_quintile,
        monetary_quintile,
        count_orders,
        revenue,
        last_order_age_days
    from segmented

)

select * from final
