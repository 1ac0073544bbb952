with

rules as (

    select * from {{ ref('int_rules__rules') }}

),

folds as (

    select
        fold_id,
        fold_role,
        {{ aisle.local_date(aisle.add_days('cutoff_at', var('gap_days'))) }}
            as first_date
    from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

dated as (

    select
        *,
        cast(extract(month from first_date) as {{ dbt.type_string() }}) as month,
        -- Monday is 1: days since the Monday before 1970.
        cast(
            cast({{ aisle.elapsed_days(
                "timestamp '1969-12-29'", 'cast(first_date as timestamp)'
            ) }} as integer) % 7 + 1
            as {{ dbt.type_string() }}
        ) as first_day
    from folds

),

-- A past fold stands for its month: there a rule is measured as if it were in force,
-- whatever its dates; a month holds every weekday.
final as (

    select
        dated.fold_id,
        dated.first_date,
        rules.*
    from dated
    cross join rules
    where
        coalesce(
            contains('|' || rules.months || '|', '|' || dated.month || '|'), true
        )
        and (
            dated.fold_role != 'serving'
            or (
                coalesce(dated.first_date >= rules.starts_on, true)
                and coalesce(dated.first_date <= rules.ends_on, true)
                and coalesce(
                    contains(
                        '|' || rules.weekdays || '|', '|' || dated.first_day || '|'
                    ),
                    true
                )
            )
        )

)

select * from final
