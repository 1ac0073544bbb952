{%- set window = aisle.checked_var('experiment_window_days') -%}

with

experiments as (

    select * from {{ ref('experiments') }}

),

units as (

    select * from {{ ref('int_experiments__units') }}

),

serving as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

-- An experiment starts with the first impression; where nothing is logged as shown (an
-- e-mail), with the first assignment.
started as (

    select
        experiment_id,
        coalesce(min(exposed_at), min(assigned_at)) as starts_at,
        coalesce(max(exposed_at), max(assigned_at)) as last_entry_at,
        max(coalesce(exposed_at, assigned_at)) as last_counted_at,
        count(*) as count_assigned,
        count(exposed_at) as count_exposed
    from units
    group by experiment_id

),

named as (

    select experiment_id from experiments
    union
    select experiment_id from started

),

joined as (

    select
        named.experiment_id,
        experiments.description,
        coalesce(experiments.primary_metric, 'revenue_per_customer') as primary_metric,
        experiments.planned_customers,
        experiments.starts_on,
        experiments.ends_on,
        coalesce(started.count_assigned, 0) as count_assigned,
        coalesce(started.count_exposed, 0) as count_exposed,
        started.starts_at,
        started.last_counted_at,
        least(
            serving.cutoff_at, {{ aisle.add_days('started.last_entry_at', window) }}
        ) as observed_until,
        serving.cutoff_at
    from named
    left join experiments
        on named.experiment_id = experiments.experiment_id
    left join started
        on named.experiment_id = started.experiment_id
    cross join serving

),

measured as (

    select
        *,
        cast(
            floor({{ aisle.elapsed_days('starts_at', 'observed_until') }}) as integer
        ) as run_days,
        cast(
            floor({{ aisle.elapsed_days('starts_at', 'cutoff_at') }} / 7) as integer
        ) as count_weeks
    from joined

),

-- Half a week tells of weekdays, not of the week.
measured_until as (

    select
        *,
        {{ aisle.shift_days('starts_at', '7 * count_weeks') }} as horizon_at
    from measured

),

final as (

    select
        experiment_id,
        description,
        primary_metric,
        cast(planned_customers as bigint) as planned_customers,
        cast(count_assigned as bigint) as count_assigned,
        cast(count_exposed as bigint) as count_exposed,
        run_days,
        -- Nobody enters any more, and everybody counts.
        coalesce(
            {{ aisle.matures_at(aisle.local_date('last_counted_at'), window) }}
            <= horizon_at,
            false
        )
        and coalesce(ends_on < {{ aisle.local_date('cutoff_at') }}, true) as is_over,
        cast(starts_on as date) as starts_on,
        cast(ends_on as date) as ends_on,
        starts_at,
        case when starts_at is not null then observed_until end as ends_at,
        horizon_at,
        cutoff_at
    from measured_until

)

select * from final
