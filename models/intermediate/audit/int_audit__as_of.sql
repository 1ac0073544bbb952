with

interactions as (

    select * from {{ ref('input_interactions') }}
    where
        occurred_at >= timestamp '1900-01-01'
        and occurred_at < timestamp '9999-01-01'

),

days as (

    select
        {{ aisle.local_date('occurred_at') }} as event_date,
        count(*) as count_rows,
        min(occurred_at) as first_event_at
    from interactions
    group by {{ aisle.local_date('occurred_at') }}

),

typical as (

    select
        median(count_rows) as median_rows,
        min(first_event_at) as first_event_at
    from days

),

chained as (

    select
        event_date,
        count_rows,
        lag(event_date) over (order by event_date asc) as previous_date,
        sum(count_rows) over (
            order by event_date desc
            rows between unbounded preceding and current row
        ) as count_rows_from_here,
        sum(count_rows) over () as count_all_rows
    from days

),

-- In a shop of few events a day one wrong clock would set the end by itself: less than
-- a tenth of the rows, more than a year after all others, is no data.
strays as (

    select min(event_date) as first_stray_date
    from chained
    where
        event_date - 365 > previous_date
        and count_rows_from_here < 0.1 * count_all_rows

),

-- The last day is often half loaded, and a wrong clock makes days of a few rows:
-- neither is where the data ends.
full_days as (

    select max(days.event_date) as last_date
    from days
    cross join typical
    cross join strays
    where
        days.count_rows >= 0.1 * typical.median_rows
        and coalesce(days.event_date < strays.first_stray_date, true)

),

ends as (

    select
        typical.first_event_at,
        {{ aisle.utc_midnight('full_days.last_date + 1') }} as data_ends_at
    from typical
    cross join full_days

),

final as (

    select
        {{ var('as_of') is not none }} as is_as_of_set,
        first_event_at,
        data_ends_at,
        coalesce(
            {% if var('as_of') is not none -%}
                cast('{{ var("as_of") }}' as timestamp),
            {% endif -%}
            data_ends_at,
            timestamp '1970-01-01'
        ) as as_of
    from ends

)

select * from final
