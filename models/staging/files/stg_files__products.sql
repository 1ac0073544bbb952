{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('products') }}

),

{{ aisle.typed_input('products', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('products') }}
    from typed

)

select * from final
