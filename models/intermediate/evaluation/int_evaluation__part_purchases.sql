with

orders as (

    select * from {{ ref('int_folds__holdout_orders') }}

),

scenarios as (

    select * from {{ ref('int_placements__part_scenarios') }}
    where fold_id != 'serving'

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

measured_parts as (

    select distinct
        fold_id,
        week_part
    from scenarios

),

measured_folds as (

    select distinct fold_id
    from scenarios

),

timed as (

    select
        orders.fold_id,
        orders.customer_key,
        orders.product_key,
        {{ aisle.week_part('orders.ordered_at') }} as week_part,
        orders.holdout_week,
        orders.quantity,
        orders.revenue
    from orders
    inner join measured_folds
        on orders.fold_id = measured_folds.fold_id

),

summed as (

    select
        timed.fold_id,
        timed.week_part,
        timed.customer_key,
        timed.product_key,
        min(timed.holdout_week) as holdout_week,
        {{ aisle.exact_sum('timed.quantity') }} as quantity,
        {{ aisle.exact_sum('timed.revenue') }} as revenue
    from timed
    inner join measured_parts
        on
            timed.fold_id = measured_parts.fold_id
            and timed.week_part = measured_parts.week_part
    group by
        timed.fold_id,
        timed.week_part,
        timed.customer_key,
        timed.product_key

),

final as (

    select
        summed.fold_id,
        summed.week_part,
        summed.customer_key,
        summed.product_key,
        customers.has_history,
        summed.holdout_week,
        summed.revenue,
        summed.revenue - summed.quantity * products.unit_cost as margin
    from summed
    inner join customers
        on
            summed.fold_id = customers.fold_id
            and summed.customer_key = customers.customer_key
    left join products
        on
            summed.fold_id = products.fold_id
            and summed.product_key = products.product_key

)

select * from final
