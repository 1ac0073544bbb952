{#- A session that nobody named is the event's own. -#}
{%- set visit_ends_at -%}
    (clicks.clicked_at
    + interval '{{ aisle.checked_var("useful_click_minutes") }}' minute)
{%- endset -%}

with

clicks as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        customer_id is not null
        and clicked_at is not null

),

events as (

    select * from {{ ref('int_folds__event_log') }}
    where customer_id is not null

),

sessions as (

    select
        customer_id,
        session_id,
        min(occurred_at) as starts_at
    from events
    where session_id is not null
    group by customer_id, session_id

),

-- What shows that somebody meant it.
deeds as (

    select
        events.customer_id,
        events.product_id,
        events.occurred_at,
        coalesce(sessions.starts_at, events.occurred_at) as starts_at
    from events
    left join sessions
        on
            events.customer_id = sessions.customer_id
            and events.session_id = sessions.session_id
    where
        events.interaction_type in ('add_to_cart', 'wishlist', 'purchase')
        or events.dwell_seconds >= {{ aisle.checked_var('useful_dwell_seconds') }}

),

final as (

    select distinct
        clicks.impression_id,
        clicks.customer_id,
        clicks.product_id
    from clicks
    inner join deeds
        on
            clicks.customer_id = deeds.customer_id
            and clicks.product_id = deeds.product_id
            and clicks.clicked_at <= deeds.occurred_at
            and deeds.starts_at < {{ visit_ends_at }}
            -- An id that a browser keeps for weeks is no session.
            and deeds.occurred_at < {{ aisle.add_days('clicks.clicked_at', 1) }}

)

select * from final
