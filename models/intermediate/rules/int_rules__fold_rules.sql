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
            {{ dbt.datediff("cast('1969-12-29' as date)", 'first_date', 'day') }} % 7 + 1
            as {{ dbt.type_string() }}
        ) as weekday
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
                    contains('|' || rules.weekdays || '|', '|' || dated.weekday || '|'),
                    true
                )
            )
        )

)

select * from final
