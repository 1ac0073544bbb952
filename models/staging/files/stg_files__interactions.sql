{{ config(materialized='table', enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('interactions') }}

),

{{ aisle.typed_input('interactions', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('interactions') }},
        false as is_non_product,
        false as is_stock_write_off
    from typed

)

select * from final
