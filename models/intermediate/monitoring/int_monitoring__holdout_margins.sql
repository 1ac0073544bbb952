with

assignments as (

    select * from {{ ref('int_folds__assignment_log') }}

),

units as (

    select * from {{ ref('int_experiments__units') }}
    where count_variants > 1

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

purchases as (

    select * from {{ ref('int_folds__purchase_log') }}
    where customer_id is not null

),

-- Who was in two variants, or was shown the other one, tells nothing of either. After
-- the end all are served alike.
assigned as (

    select
        assignments.experiment_id,
        assignments.customer_id,
        min(assignments.variant) as variant,
        min(assignments.first_assigned_at) as assigned_at,
        min(
            case
                when {{ aisle.utc_midnight('runs.ends_on + 1') }} < runs.cutoff_at
                    then {{ aisle.utc_midnight('runs.ends_on + 1') }}
                else runs.cutoff_at
            end
        ) as counted_until
    from assignments
    inner join runs
        on assignments.experiment_id = runs.experiment_id
    anti join units
        on
            assignments.experiment_id = units.experiment_id
            and assignments.customer_id = units.customer_id
    group by assignments.experiment_id, assignments.customer_id

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
