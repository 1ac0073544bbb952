with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

known as (

    select
        folds.fold_id,
        customers.customer_key,
        assignments.experiment_id,
        assignments.variant,
        row_number() over (
            partition by
                folds.fold_id, customers.customer_key, assignments.experiment_id
            order by
                assignments.last_assigned_at desc nulls last,
                assignments.variant asc nulls last
        ) as recency
    from folds
    inner join customers
        on folds.fold_id = customers.fold_id
    inner join assignments
        on customers.customer_id = assignments.customer_id

),

final as (

    select
        fold_id,
        customer_key,
        experiment_id,
        variant
    from known
    where recency = 1

)

select * from final
