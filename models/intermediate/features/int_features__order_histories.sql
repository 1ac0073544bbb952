with

folds as (

    select * from {{ ref('folds') }}
    where
        fold_role = 'serving'
        or (is_evaluated and fold_role not in ('cold_start', 'history_length'))

),

orders as (

    select * from {{ ref('int_features__orders') }}

),

dated as (

    select
        orders.fold_id,
        orders.customer_key,
        orders.unseen_customer_key,
        orders.basket_key,
        orders.revenue,
        cast({{ aisle.local_date('orders.ordered_at') }} as timestamp) as ordered_on,
        {{ aisle.local_time('folds.cutoff_at') }} as cutoff_at
    from orders
    inner join folds
        on orders.fold_id = folds.fold_id

),

-- Two orders of one day are one decision to buy, and the time between them is no
-- interval in which a customer might have left.
summed as (

    select
        fold_id,
        customer_key,
        unseen_customer_key,
        cutoff_at,
        count(distinct basket_key) as count_orders,
        count(distinct ordered_on) as count_order_days,
        {{ aisle.exact_sum('revenue') }} as revenue,
        min(ordered_on) as first_ordered_on,
        max(ordered_on) as last_ordered_on
    from dated
    group by fold_id, customer_key, unseen_customer_key, cutoff_at

),

-- The cutoff's own day is observed only where the cutoff is later than its midnight.
final as (

    select
        fold_id,
        customer_key,
        unseen_customer_key,
        count_orders,
        count_order_days - 1 as count_repeat_orders,
        {{ aisle.elapsed_days('first_ordered_on', 'last_ordered_on') }}
            as repeat_span_days,
        ceil({{ aisle.elapsed_days('first_ordered_on', 'cutoff_at') }}) - 1
            as observed_days,
        revenue / count_order_days as mean_order_value
    from summed

)

select * from final
