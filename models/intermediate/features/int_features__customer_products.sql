with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        customer_key is not null
        and {{ aisle.in_block('customer_key') }}

),

event_weights as (

    select * from {{ ref('event_weights') }}

),

caps as (

    select * from {{ ref('int_features__quantity_caps') }}

),

orders as (

    select * from {{ ref('int_features__orders') }}
    where {{ aisle.in_block('customer_key') }}

),

ratings as (

    select * from {{ ref('int_features__ratings') }}
    where {{ aisle.in_block('customer_key') }}

),

own_shares as (

    select * from {{ ref('int_contexts__own_shares') }}

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
        * {{ aisle.decay('interactions.age_days') }}
        * coalesce(own_shares.own_share, 1) as weight
    from interactions
    inner join event_weights
        on interactions.interaction_type = event_weights.interaction_type
    inner join caps
        on interactions.fold_id = caps.fold_id
    left join own_shares
        on
            interactions.fold_id = own_shares.fold_id
            and interactions.interaction_key = own_shares.interaction_key

),

summed as (

    select
        fold_id,
        customer_key,
        unseen_customer_key,
        product_key,
        {{ aisle.exact_sum('weight') }} as weight,
        {{ aisle.exact_sum(
            "case when interaction_type not in ('purchase', 'return') then weight end"
        ) }} as unbought_weight,
        bool_or(interaction_type = 'purchase') as is_bought,
        count(case when interaction_type = 'view' then 1 end) as count_views,
        count(case when interaction_type = 'add_to_cart' then 1 end) as count_carts,
        min(case when interaction_type in ('dismiss', 'complaint') then age_days end)
            as last_rejection_age_days,
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

joined as (

    select
        summed.*,
        bought.count_orders,
        bought.quantity,
        bought.revenue,
        bought.decayed_orders,
        bought.typical_interval_days,
        bought.last_purchase_age_days,
        bought.first_purchase_age_days,
        ratings.rating,
        -- A rating is taken back by a rating alone, a dismissal or a complaint by
        -- buying the product afterwards too.
        coalesce(ratings.rating < {{ var('liked_rating') }}, false)
        or coalesce(
            summed.last_rejection_age_days <= least(
                coalesce(
                    bought.last_purchase_age_days, summed.last_rejection_age_days
                ),
                coalesce(ratings.age_days, summed.last_rejection_age_days)
            ),
            false
        ) as is_disliked
    from summed
    left join bought
        on
            summed.fold_id = bought.fold_id
            and summed.customer_key = bought.customer_key
            and summed.product_key = bought.product_key
    left join ratings
        on
            summed.fold_id = ratings.fold_id
            and summed.customer_key = ratings.customer_key
            and summed.product_key = ratings.product_key

),

-- What was sent back whole speaks by what else the customer did with it alone, whatever
-- purchases and returns weigh.
final as (

    select
        fold_id,
        customer_key,
        unseen_customer_key,
        product_key,
        least(
            weight,
            case when is_disliked then 0 else {{ var('weight_cap') }} end,
            case
                when is_bought and count_orders is null
                    then coalesce(unbought_weight, 0)
                else weight
            end
        ) as weight,
        is_bought,
        coalesce(count_orders, 0) as count_orders,
        count_views,
        count_carts,
        coalesce(quantity, 0) as quantity,
        coalesce(revenue, 0) as revenue,
        coalesce(decayed_orders, 0) as decayed_orders,
        rating,
        is_disliked,
        typical_interval_days,
        last_purchase_age_days,
        first_purchase_age_days,
        last_event_age_days
    from joined

)

select * from final
