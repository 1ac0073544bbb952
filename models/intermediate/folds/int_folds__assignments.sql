with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

assignments as (

    select * from {{ ref('input_experiment_assignments') }}
    where
        experiment_id is not null
        and variant is not null

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

known as (

    select
        folds.fold_id,
        customers.customer_key,
        trim(assignments.experiment_id) as experiment_id,
        lower(trim(assignments.variant)) as variant,
        row_number() over (
            partition by
                folds.fold_id, customers.customer_key, trim(assignments.experiment_id)
            order by
                assignments.assigned_at desc nulls last,
                lower(trim(assignments.variant)) asc nulls last
        ) as recency
    from folds
    inner join assignments
        on assignments.assigned_at < folds.cutoff_at
    inner join customers
        on
            folds.fold_id = customers.fold_id
            and assignments.customer_id = customers.customer_id

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
