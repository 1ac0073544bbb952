with

profiles as (

    select * from {{ ref('input_customer_profiles') }}
    where is_consenting

),

final as (

    select
        source_customer_id,
        customer_id,
        source_system,
        is_in_customers_input,
        registered_at
    from profiles
    where source_customer_id != customer_id

)

select * from final
