with

profiles as (

    select * from {{ ref('input_customer_profiles') }}
    where is_consenting

),

counted as (

    select
        customer_id,
        count(*) as count_profiles
    from profiles
    group by customer_id

),

final as (

    select
        profiles.customer_id,
        profiles.source_system,
        profiles.region,
        profiles.attributes,
        counted.count_profiles,
        profiles.is_test_account,
        -- Who has no profile was a stranger before the first event.
        case
            when profiles.is_in_customers_input then profiles.registered_at
            else profiles.first_event_at
        end as registered_at
    from profiles
    inner join counted
        on profiles.source_customer_id = counted.customer_id

)

select * from final
