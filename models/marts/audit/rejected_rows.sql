with

interactions as (

    select * from {{ ref('int_audit__interactions_checked') }}
    where disposition = 'rejected'

),

final as (

    select
        interaction_row_id,
        rejection_reason as reason,
        rejection_reasons as reasons,
        invalid_columns,
        source_system,
        interaction_id,
        source_customer_id,
        session_id,
        variant_product_id,
        order_id,
        interaction_type,
        quantity,
        unit_price,
        occurred_at
    from interactions

)

select * from final
