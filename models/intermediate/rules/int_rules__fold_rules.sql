with

rules as (

    select * from {{ ref('int_rules__rules') }}

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
-- acts on. Of the periods of one rule that have not ended the first counts.
dated_rules as (

    select
        dated.fold_id,
        dated.first_date,
        rules.*,
        row_number() over (
            partition by dated.fold_id, rules.rule_id
            order by
                rules.starts_on asc nulls first, rules.rule_number asc nulls last
        ) as period
    from dated
    cross join rules
    cross join today
    where
        coalesce(rules.ends_on >= today.first_date, true)
        and coalesce(
            contains('|' || rules.months || '|', '|' || dated.month || '|'), true
        )
        and (
            dated.fold_role != 'serving'
            or (
                coalesce(dated.first_date >= rules.starts_on, true)
                and coalesce(dated.first_date <= rules.ends_on, true)
                and (
                    rules.hours is not null
                    or coalesce(
                        contains(
                            '|' || rules.weekdays || '|', '|' || dated.first_day || '|'
                        ),
                        true
                    )
                )
            )
        )

),

final as (

    select * from dated_rules
    where period = 1

)

select * from final
