{{ config(materialized='table', enabled=var('connector') == 'online_retail') }}

with

transactions as (

    select * from {{ ref('stg_online_retail__transactions') }}
    where
        not is_repeated_by_next_sheet
        and customer_id is not null

),

-- The first country stays: a later one must not change what was known before it.
located as (

    select
        customer_id,
        country,
        min(occurred_at) over (partition by customer_id) as first_event_at,
        row_number() over (
            partition by customer_id
            order by
                case when country is null then 1 else 0 end asc nulls last,
                occurred_at asc nulls last,
                country asc nulls last
        ) as occurrence
    from transactions

),

mapped as (

    select
        customer_id,
        country as region,
        first_event_at as registered_at
    from located
    where occurrence = 1

),

{{ aisle.typed_input(
    'customers',
    'mapped',
    'online_retail',
    given=['customer_id', 'region', 'registered_at']
) }},

final as (

    select
        {{ aisle.staged_columns('customers') }}
    from typed

)

select * from final
