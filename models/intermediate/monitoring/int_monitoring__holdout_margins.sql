with

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        experiment_id is not null
        and variant is not null

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

purchases as (

    select * from {{ ref('int_folds__purchase_log') }}
    where customer_id is not null

),

-- After the end all are served alike: who is assigned then is no customer of it.
running as (

    select
        assignments.experiment_id,
        assignments.customer_id,
        assignments.variant,
        assignments.first_assigned_at,
        least({{ aisle.utc_midnight('runs.ends_on + 1') }}, runs.cutoff_at)
            as counted_until
    from assignments
    inner join runs
        on assignments.experiment_id = runs.experiment_id

),

-- Who was in two variants, or was shown another one, tells nothing of either.
crossed as (

    select distinct
        running.experiment_id,
        running.customer_id
    from running
    inner join impressions
        on
            running.experiment_id = impressions.experiment_id
            and running.customer_id = impressions.customer_id
    where
        running.variant != impressions.variant
        and running.counted_until > impressions.served_at

),

assigned as (

    select
        running.experiment_id,
        running.customer_id,
        min(running.variant) as variant,
        min(running.first_assigned_at) as assigned_at,
        min(running.counted_until) as counted_until
    from running
    anti join crossed
        on
            running.experiment_id = crossed.experiment_id
            and running.customer_id = crossed.customer_id
    where running.counted_until > running.first_assigned_at
    group by running.experiment_id, running.customer_id
    having count(distinct running.variant) = 1

),

-- A customer who bought nothing earned nothing, and counts.
final as (

    select
        assigned.experiment_id,
        assigned.customer_id,
        assigned.variant,
        assigned.assigned_at,
        assigned.counted_until,
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
            and assigned.counted_until > purchases.occurred_at
    group by
        assigned.experiment_id,
        assigned.customer_id,
        assigned.variant,
        assigned.assigned_at,
        assigned.counted_until

)

select * from final
