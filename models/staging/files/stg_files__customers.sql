{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('customers') }}

),

{{ aisle.typed_input('customers', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('customers') }}
    from typed

)

select * from final
