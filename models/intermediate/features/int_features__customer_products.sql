with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where customer_key is not null

),

event_weights as (

    select * from {{ ref('event_weights') }}

),

caps as (

    select * from {{ ref('int_features__quantity_caps') }}

),

orders as (

    select * from {{ ref('int_features__orders') }}

),

weighted as (

    select
        interactions.fold_id,
        interactions.customer_key,
        interactions.unseen_customer_key,
        interactions.product_key,
        interactions.interaction_type,
        interactions.age_days,
        {{ aisle.event_weight('interactions', 'event_weights', 'caps') }}
        * {{ aisle.decay('interactions.age_days') }} as weight
    from interactions
    inner join event_weights
        on interactions.interaction_type = event_weights.interaction_type
    inner join caps
        on interactions.fold_id = caps.fold_id

),

summed as (

    select
        fold_id,
        customer_key,
        unseen_customer_key,
        product_key,
        {{ aisle.exact_sum('weight') }} as weight,
        count(case when interaction_type = 'view' then 1 end) as count_views,
        count(case when interaction_type = 'add_to_cart' then 1 end) as count_carts,
        count(case when interaction_type = 'wishlist' then 1 end) as count_wishes,
        count(case when interaction_type in ('dismiss', 'complaint') then 1 end)
            as count_rejections,
        min(age_days) as last_event_age_days
    from weighted
    group by fold_id, customer_key, unseen_customer_key, product_key

),

bought as (

    select
        fold_id,
        customer_key,
        product_key,
        count(*) as count_orders,
        {{ aisle.exact_sum('quantity') }} as quantity,
        {{ aisle.exact_sum('revenue') }} as revenue,
        {{ aisle.exact_sum(aisle.decay('age_days'), 9) }} as decayed_orders,
        median(interval_days) as typical_interval_days,
        min(age_days) as last_purchase_age_days,
        max(age_days) as first_purchase_age_days
    from orders
    group by fold_id, customer_key, product_key

),

final as (

    select
        summed.fold_id,
        summed.customer_key,
        summed.unseen_customer_key,
        summed.product_key,
        least(summed.weight, {{ var('weight_cap') }}) as weight,
        coalesce(bought.count_orders, 0) as count_orders,
        summed.count_views,
        summed.count_carts,
        summed.count_wishes,
        summed.count_rejections,
        coalesce(bought.quantity, 0) as quantity,
        coalesce(bought.revenue, 0) as revenue,
        coalesce(bought.decayed_orders, 0) as decayed_orders,
        bought.typical_interval_days,
        bought.last_purchase_age_days,
        bought.first_purchase_age_days,
        summed.last_event_age_days
    from summed
    left join bought
        on
            summed.fold_id = bought.fold_id
            and summed.customer_key = bought.customer_key
            and summed.product_key = bought.product_key

)

select * from final
