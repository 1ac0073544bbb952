with

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

counted as (

    select
        {{ aisle.local_date('occurred_at') }} as event_date,
        count(*) as count_events,
        count(case when interaction_type = 'view' then 1 end) as count_views,
        count(case
            when interaction_type in ('add_to_cart', 'remove_from_cart', 'wishlist')
                then 1
        end) as count_carts,
        count(case when interaction_type = 'purchase' then 1 end) as count_purchases,
        count(case when interaction_type = 'return' then 1 end) as count_returns
    from interactions
    group by {{ aisle.local_date('occurred_at') }}

),

span as (

    select
        min(event_date) as first_date,
        max(event_date) as last_date
    from counted

),

digits as (

    {% for digit in range(10) -%}
        select {{ digit }} as digit
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Days without any event are rows too; five digits reach 273 years.
numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit + 10000 * ten_thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands

),

days as (

    select span.first_date + numbers.number as event_date
    from span
    inner join numbers
        on span.first_date + numbers.number <= span.last_date

),

final as (

    select
        days.event_date,
        coalesce(counted.count_events, 0) as count_events,
        coalesce(counted.count_views, 0) as count_views,
        coalesce(counted.count_carts, 0) as count_carts,
        coalesce(counted.count_purchases, 0) as count_purchases,
        coalesce(counted.count_returns, 0) as count_returns
    from days
    left join counted
        on days.event_date = counted.event_date

)

select * from final
