with

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

events as (

    select * from {{ ref('int_folds__event_log') }}

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

-- Who was in two variants tells nothing of either.
assigned as (

    select
        experiment_id,
        customer_id,
        min(variant) as variant,
        min(first_assigned_at) as assigned_at
    from assignments
    group by experiment_id, customer_id
    having count(distinct variant) = 1

),

returned as (

    select
        purchase_interaction_id,
        {{ aisle.exact_sum('quantity') }} as quantity
    from events
    where
        interaction_type = 'return'
        and purchase_interaction_id is not null
    group by purchase_interaction_id

),

purchases as (

    select
        events.customer_id,
        events.occurred_at,
        greatest(events.quantity - coalesce(returned.quantity, 0), 0) as quantity,
        events.unit_price,
        products.unit_cost
    from events
    left join returned
        on events.interaction_id = returned.purchase_interaction_id
    left join products
        on events.product_id = products.product_id
    where
        events.interaction_type = 'purchase'
        and events.customer_id is not null

),

-- A customer who bought nothing earned nothing, and counts.
final as (

    select
        assigned.experiment_id,
        assigned.customer_id,
        assigned.variant,
        assigned.assigned_at,
        coalesce({{ aisle.exact_sum('purchases.quantity * purchases.unit_price') }}, 0)
            as revenue,
        coalesce(
            {{ aisle.exact_sum(
                'purchases.quantity * (purchases.unit_price - purchases.unit_cost)'
            ) }},
            0
        ) as margin,
        coalesce(
            {{ aisle.exact_sum(
                'case when purchases.unit_cost is null'
                ~ ' then purchases.quantity * purchases.unit_price end'
            ) }},
            0
        ) as uncosted_revenue
    from assigned
    left join purchases
        on
            assigned.customer_id = purchases.customer_id
            and assigned.assigned_at <= purchases.occurred_at
    group by
        assigned.experiment_id,
        assigned.customer_id,
        assigned.variant,
        assigned.assigned_at

)

select * from final
