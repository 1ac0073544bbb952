with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

assignments as (

    select * from {{ ref('input_experiment_assignments') }}
    where
        customer_id is not null
        and experiment_id is not null
        and variant is not null

),

final as (

    select
        trim(assignments.experiment_id) as experiment_id,
        assignments.customer_id,
        lower(trim(assignments.variant)) as variant,
        min(assignments.assigned_at) as first_assigned_at,
        max(assignments.assigned_at) as last_assigned_at
    from assignments
    inner join folds
        on assignments.assigned_at < folds.cutoff_at
    group by
        trim(assignments.experiment_id),
        assignments.customer_id,
        lower(trim(assignments.variant))

)

select * from final
