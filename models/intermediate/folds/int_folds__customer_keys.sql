with

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}
    where customer_id is not null

),

firsts as (

    select
        customer_id,
        min(occurred_at) as first_event_at
    from interactions
    group by customer_id

),

-- In order of appearance the customers known at any cutoff are numbered from zero
-- without a hole, and whoever comes later renumbers nobody.
final as (

    select
        cast(
            row_number() over (
                order by first_event_at asc nulls last, customer_id asc
            ) - 1
            as bigint
        ) as customer_key,
        customer_id,
        first_event_at
    from firsts

)

select * from final
