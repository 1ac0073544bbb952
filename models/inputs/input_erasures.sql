with

source_rows as (

    select * from {{ aisle.connector_relation('erasures') }}

),

final as (

    select
        source_rows.source_row_id,
        source_rows.source_system,
        source_rows.customer_key,
        source_rows.invalid_columns,
        source_rows.requested_at
    from source_rows

)

select * from final
