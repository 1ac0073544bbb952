with

customers as (

    select * from {{ ref('int_features__customers') }}

),

orders as (

    select * from {{ ref('int_features__orders') }}

),

folds as (

    select * from {{ ref('folds') }}

),

holdout_purchases as (

    select * from {{ ref('int_folds__holdout_purchases') }}

),

baskets as (

    select
        fold_id,
        customer_key,
        basket_key,
        min(age_days) as age_days
    from orders
    group by fold_id, customer_key, basket_key

),

-- The last of them are the days of the holdout, a year before it.
counted as (

    select
        fold_id,
        customer_key,
        {% for days in [30, 90, 365] -%}
            count(case when age_days <= {{ days }} then 1 end)
                as count_orders_{{ days }}d,
        {% endfor -%}
        count(
            case
                when
                    age_days <= 365 - {{ var('gap_days') }}
                    and age_days > 365 - {{ var('gap_days') }} - {{ var('fold_days') }}
                    then 1
            end
        ) as count_orders_year_ago
    from baskets
    group by fold_id, customer_key

),

buyers as (

    select distinct
        fold_id,
        customer_key
    from holdout_purchases

),

final as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.customer_id,
        folds.fold_key,
        folds.fold_role,
        customers.count_events,
        customers.count_orders,
        coalesce(counted.count_orders_30d, 0) as count_orders_30d,
        coalesce(counted.count_orders_90d, 0) as count_orders_90d,
        coalesce(counted.count_orders_365d, 0) as count_orders_365d,
        coalesce(counted.count_orders_year_ago, 0) as count_orders_year_ago,
        customers.count_products_bought,
        customers.count_views,
        customers.count_carts,
        customers.revenue,
        customers.average_basket_size,
        customers.typical_interval_days,
        customers.last_order_age_days / customers.typical_interval_days
            as overdue_ratio,
        -- A month is added, so that one order of yesterday is not thirty a month.
        customers.count_orders / (customers.first_order_age_days + 30)
            as orders_per_day,
        customers.last_order_age_days,
        customers.first_order_age_days,
        customers.last_event_age_days,
        customers.first_event_age_days,
        case
            when folds.holdout_ends_at is not null
                then buyers.customer_key is not null
        end as has_bought
    from customers
    inner join folds
        on customers.fold_id = folds.fold_id
    left join counted
        on
            customers.fold_id = counted.fold_id
            and customers.customer_key = counted.customer_key
    left join buyers
        on
            customers.fold_id = buyers.fold_id
            and customers.customer_key = buyers.customer_key

)

select * from final
