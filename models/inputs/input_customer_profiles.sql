with

customers as (

    select * from {{ aisle.connector_relation('customers') }}
    where customer_id is not null

),

interactions as (

    select * from {{ aisle.connector_relation('interactions') }}
    where customer_id is not null

),

first_events as (

    select
        customer_id,
        min(source_system) as source_system,
        min(occurred_at) as first_event_at
    from interactions
    group by customer_id

),

ranked_customers as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by registered_at asc nulls first, source_row_id asc
        ) as occurrence,
        -- Consent that nobody can read was not given.
        min(
            case
                when not has_consented or invalid_columns like '%has_consented%' then 0
                when has_consented then 1
            end
        ) over (partition by customer_id) as consent
    from customers

),

profiles as (

    select
        coalesce(ranked_customers.customer_id, first_events.customer_id)
            as source_customer_id,
        ranked_customers.region,
        ranked_customers.attributes,
        ranked_customers.identity_hash,
        coalesce(ranked_customers.source_system, first_events.source_system)
            as source_system,
        ranked_customers.consent = 1 as has_consented,
        ranked_customers.customer_id is not null as is_in_customers_input,
        ranked_customers.registered_at,
        first_events.first_event_at,
        -- A prefix each: an id may look like another customer's hash.
        case
            when ranked_customers.identity_hash is null
                then concat_ws(
                    '',
                    'id ',
                    coalesce(ranked_customers.customer_id, first_events.customer_id)
                )
            else concat_ws('', 'hash ', ranked_customers.identity_hash)
        end as person
    from ranked_customers
    full join first_events
        on ranked_customers.customer_id = first_events.customer_id
    where coalesce(ranked_customers.occurrence, 1) = 1

),

-- The earliest profile names the person: one that comes later must not rename the past.
merged as (

    select
        *,
        first_value(source_customer_id) over (
            partition by person
            order by
                coalesce(registered_at, first_event_at) asc nulls last,
                source_customer_id asc
        ) as customer_id
    from profiles

),

final as (

    select
        source_customer_id,
        customer_id,
        source_system,
        region,
        attributes,
        identity_hash,
        has_consented,
        min(
            case
                when coalesce(has_consented, {{ var('is_consent_assumed') }}) then 1
                else 0
            end
        ) over (partition by customer_id) = 1 as is_consenting,
        is_in_customers_input,
        max(
            case
                when
                    {{ aisle.is_match(
                        'lower(source_customer_id)', var('test_customer_pattern')
                    ) }}
                    then 1
                else 0
            end
        ) over (partition by customer_id) = 1 as is_test_account,
        registered_at,
        first_event_at
    from merged

)

select * from final
