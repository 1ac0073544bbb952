{#- Of fewer a day it is chance that one has next to none: of 10 expected, fewer than 2
    come once in 2,000 days. -#}
{%- set least_events = 10 -%}

with

daily_events as (

    select * from {{ ref('int_audit__daily_events') }}

),

weeks as (

    {% for week in range(1, 9) -%}
        select {{ week }} as weeks_before
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

compared_dates as (

    select
        daily_events.event_date,
        daily_events.event_date - 7 * weeks.weeks_before as compared_date
    from daily_events
    cross join weeks

),

usual as (

    select
        compared_dates.event_date,
        median(daily_events.count_events) as median_events,
        count(*) as count_weeks
    from compared_dates
    inner join daily_events
        on compared_dates.compared_date = daily_events.event_date
    group by compared_dates.event_date

),

-- With less than a month before it nobody knows what is usual for a weekday.
final as (

    select
        daily_events.event_date,
        daily_events.count_events,
        daily_events.count_views,
        daily_events.count_carts,
        daily_events.count_purchases,
        daily_events.count_returns,
        daily_events.count_events
        - daily_events.count_views
        - daily_events.count_carts
        - daily_events.count_purchases
        - daily_events.count_returns as count_others,
        usual.median_events,
        coalesce(
            usual.count_weeks >= 4
            and usual.median_events >= {{ least_events }}
            and daily_events.count_events < {{ var('gap_rate') }} * usual.median_events,
            false
        ) as is_gap
    from daily_events
    left join usual
        on daily_events.event_date = usual.event_date

)

select * from final
