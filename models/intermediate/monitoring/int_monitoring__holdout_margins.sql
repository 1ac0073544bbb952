with

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

purchases as (

    select * from {{ ref('int_folds__purchase_log') }}
    where customer_id is not null

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

-- A customer who bought nothing earned nothing, and counts.
final as (

    select
        assigned.experiment_id,
        assigned.customer_id,
        assigned.variant,
        assigned.assigned_at,
        coalesce({{ aisle.exact_sum('purchases.revenue') }}, 0) as revenue,
        coalesce({{ aisle.exact_sum('purchases.margin') }}, 0) as margin,
        coalesce(
            {{ aisle.exact_sum(
                'case when purchases.margin is null then purchases.revenue end'
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
