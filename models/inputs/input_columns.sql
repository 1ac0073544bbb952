with

columns_seen as (

    select * from {{ aisle.connector_columns_relation() }}

),

final as (

    select
        input_name,
        column_name,
        nearest_contract_column,
        is_in_contract,
        is_required,
        is_present
    from columns_seen

)

select * from final
