with

rules as (

    select * from {{ ref('int_rules__rules') }}

),

experiments as (

    select
        trim(experiment_id) as experiment_id,
        starts_on,
        ends_on
    from {{ ref('experiments') }}

),

folds as (

    select
        fold_id,
        fold_role,
        -- What is served is seen from as-of on, whatever the gap of the figures.
        case
            when fold_role = 'serving' then {{ aisle.local_date('cutoff_at') }}
            else {{ aisle.local_date(aisle.add_days('cutoff_at', var('gap_days'))) }}
        end as first_date
    from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

dated as (

    select
        *,
        cast(extract(month from first_date) as {{ dbt.type_string() }}) as month,
        -- Monday is 1.
        cast(
            cast(
                {{ aisle.days_since_monday('cast(first_date as timestamp)') }}
                as integer
            ) % 7 + 1
            as {{ dbt.type_string() }}
        ) as first_day
    from folds

),

today as (

    select first_date
    from dated
    where fold_role = 'serving'

),

-- A past fold stands for its month: there a rule is measured as if it were in force; a
-- month holds every weekday, as do the lists by part of the week that a rule with hours
-- acts on.
met as (

    select
        dated.fold_id,
        dated.fold_role,
        dated.first_date,
        dated.first_day,
        rules.*,
        coalesce(
            contains('|' || rules.months || '|', '|' || dated.month || '|'), true
        ) as is_of_month,
        coalesce(dated.first_date >= experiments.starts_on, true)
        and coalesce(dated.first_date <= experiments.ends_on, true) as is_of_experiment
    from dated
    cross join rules
    cross join today
    left join experiments
        on rules.experiment_id = experiments.experiment_id
    where coalesce(rules.ends_on >= today.first_date, true)

),

final as (

    select
        *,
        is_of_month
        and (
            fold_role != 'serving'
            or (
                coalesce(first_date >= starts_on, true)
                and is_of_experiment
                and (
                    hours is not null
                    or coalesce(
                        contains('|' || weekdays || '|', '|' || first_day || '|'),
                        true
                    )
                )
            )
        ) as is_in_force
    from met
    where
        is_of_month
        or fold_role = 'serving'

)

select * from final
