with

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

experiments as (

    select * from {{ ref('experiments') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

impressions as (

    select * from {{ ref('int_experiments__impressions') }}

),

-- Who was assigned early enters on the first planned day, nobody after the last.
assigned as (

    select
        assignments.experiment_id,
        assignments.customer_id,
        assignments.variant,
        greatest(
            assignments.first_assigned_at,
            {{ aisle.utc_midnight('experiments.starts_on') }}
        ) as assigned_at
    from assignments
    cross join folds
    left join experiments
        on assignments.experiment_id = experiments.experiment_id
    where
        coalesce(
            folds.cutoff_at > {{ aisle.utc_midnight('experiments.starts_on') }}, true
        )
        and coalesce(
            assignments.first_assigned_at
            < {{ aisle.utc_midnight('experiments.ends_on + 1') }},
            true
        )

),

exposures as (

    select
        experiment_id,
        customer_id,
        variant,
        min(served_at) as first_served_at
    from impressions
    group by experiment_id, customer_id, variant

),

-- Who was shown something without being assigned was assigned by being shown it.
entries as (

    select
        experiment_id,
        customer_id,
        variant,
        assigned_at,
        cast(null as timestamp) as exposed_at
    from assigned
    union all
    select
        experiment_id,
        customer_id,
        variant,
        first_served_at as assigned_at,
        first_served_at as exposed_at
    from exposures

),

merged as (

    select
        experiment_id,
        customer_id,
        min(variant) as variant,
        count(distinct variant) as count_variants,
        min(assigned_at) as assigned_at,
        min(exposed_at) as exposed_at
    from entries
    group by experiment_id, customer_id

),

final as (

    select
        experiment_id,
        customer_id,
        variant,
        cast(count_variants as integer) as count_variants,
        assigned_at,
        exposed_at
    from merged

)

select * from final
