{#- Days that say what is usual, how many values are enough, and how many robust
    standard deviations off is out of control: on normal data 1.2 % of days. -#}
{%- set days = 56 -%}
{%- set few_days = 28 -%}
{%- set least_weeks = 4 -%}
{%- set least_days = 14 -%}
{%- set width = 3.5 -%}
{#- A sum of fewer events on most days is too often none at all. -#}
{%- set least_events = 5 -%}

with

daily_values as (

    select * from {{ ref('int_monitoring__daily_values') }}

),

compared as (

    select
        today.kpi_date,
        today.placement,
        today.kpi,
        earlier.kpi_date as earlier_date,
        earlier.charted_value,
        earlier.count_events,
        {{ aisle.elapsed_days(
            'cast(earlier.kpi_date as timestamp)', 'cast(today.kpi_date as timestamp)'
        ) }} as days_before
    from daily_values as today
    inner join daily_values as earlier
        on
            today.placement = earlier.placement
            and today.kpi = earlier.kpi
            and today.kpi_date > earlier.kpi_date
            and earlier.kpi_date >= today.kpi_date - {{ days }}
    where earlier.value is not null

),

same_days as (

    select
        *,
        cast(days_before as integer) % 7 as place_in_week
    from compared

),

week_centres as (

    select
        kpi_date,
        placement,
        kpi,
        place_in_week,
        median(charted_value) as centre,
        count(*) as count_values
    from same_days
    group by kpi_date, placement, kpi, place_in_week

),

-- The spread of all days about the middle of their like: eight values of one say too
-- little.
week_deviations as (

    select
        same_days.kpi_date,
        same_days.placement,
        same_days.kpi,
        median(abs(same_days.charted_value - week_centres.centre)) as deviation
    from same_days
    inner join week_centres
        on
            same_days.kpi_date = week_centres.kpi_date
            and same_days.placement = week_centres.placement
            and same_days.kpi = week_centres.kpi
            and same_days.place_in_week = week_centres.place_in_week
    group by same_days.kpi_date, same_days.placement, same_days.kpi

),

typical as (

    select
        kpi_date,
        placement,
        kpi,
        median(count_events) as typical_events
    from compared
    group by kpi_date, placement, kpi

),

day_centres as (

    select
        kpi_date,
        placement,
        kpi,
        median(charted_value) as centre,
        count(*) as count_values
    from compared
    where days_before <= {{ few_days }}
    group by kpi_date, placement, kpi

),

day_deviations as (

    select
        compared.kpi_date,
        compared.placement,
        compared.kpi,
        median(abs(compared.charted_value - day_centres.centre)) as deviation
    from compared
    inner join day_centres
        on
            compared.kpi_date = day_centres.kpi_date
            and compared.placement = day_centres.placement
            and compared.kpi = day_centres.kpi
    where compared.days_before <= {{ few_days }}
    group by compared.kpi_date, compared.placement, compared.kpi

),

usual as (

    select
        daily_values.*,
        case
            when week_centres.count_values >= {{ least_weeks }} then 'weeks'
            when day_centres.count_values >= {{ least_days }} then 'days'
        end as basis,
        case
            when week_centres.count_values >= {{ least_weeks }}
                then week_centres.centre
            when day_centres.count_values >= {{ least_days }} then day_centres.centre
        end as centre,
        -- 1.4826 makes the median absolute deviation that of a normal distribution.
        1.4826 * case
            when week_centres.count_values >= {{ least_weeks }}
                then week_deviations.deviation
            else day_deviations.deviation
        end as spread,
        typical.typical_events
    from daily_values
    left join typical
        on
            daily_values.kpi_date = typical.kpi_date
            and daily_values.placement = typical.placement
            and daily_values.kpi = typical.kpi
    left join week_centres
        on
            daily_values.kpi_date = week_centres.kpi_date
            and daily_values.placement = week_centres.placement
            and daily_values.kpi = week_centres.kpi
            and week_centres.place_in_week = 0
    left join week_deviations
        on
            daily_values.kpi_date = week_deviations.kpi_date
            and daily_values.placement = week_deviations.placement
            and daily_values.kpi = week_deviations.kpi
    left join day_centres
        on
            daily_values.kpi_date = day_centres.kpi_date
            and daily_values.placement = day_centres.placement
            and daily_values.kpi = day_centres.kpi
    left join day_deviations
        on
            daily_values.kpi_date = day_deviations.kpi_date
            and daily_values.placement = day_deviations.placement
            and daily_values.kpi = day_deviations.kpi

),

-- Never narrower than chance: where most days are alike, the spread would be 0. The sum
-- of n amounts with a coefficient of variation of 1 has the relative variance 2/n, and
-- its fourth root a quarter of the relative deviation.
scaled as (

    select
        *,
        case
            when
                basis is not null
                and (kind != 'sum' or typical_events >= {{ least_events }})
                then greatest(
                    spread,
                    case kind
                        when 'rate'
                            then sqrt(
                                greatest(centre * (1 - centre), 0)
                                / nullif(count_events, 0)
                            )
                        when 'count' then sqrt(greatest(centre, 0))
                        else 0.25e0 * centre * sqrt(2 / nullif(typical_events, 0))
                    end
                )
        end as scale
    from usual

),

limited as (

    select
        *,
        case when scale > 0 then greatest(centre - {{ width }} * scale, 0) end
            as charted_low,
        case when scale > 0 then centre + {{ width }} * scale end as charted_high
    from scaled

),

unscaled as (

    select
        *,
        {% for column, limit in {
            'centre_line': 'centre', 'lower_limit': 'charted_low',
            'upper_limit': 'charted_high',
        }.items() -%}
            case when kind = 'sum' then power({{ limit }}, 4) else {{ limit }} end
                as {{ column }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from limited

),

final as (

    select
        kpi_date,
        placement,
        kpi,
        basis,
        cast(value as double) as value,
        cast(centre_line as double) as centre_line,
        cast(lower_limit as double) as lower_limit,
        cast(
            case
                when
                    upper_limit > 1
                    and (kind = 'rate' or kpi = 'attributed_revenue_share')
                    then 1
                else upper_limit
            end as double
        ) as upper_limit,
        coalesce(
            charted_value < charted_low or charted_value > charted_high, false
        ) as is_out_of_control
    from unscaled

)

select * from final
