with

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        experiment_id is not null
        and variant is not null
        and customer_id is not null

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
        first_assigned_at as assigned_at,
        cast(null as timestamp) as exposed_at
    from assignments
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
