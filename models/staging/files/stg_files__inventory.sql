{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('inventory') }}

),

{{ aisle.typed_input('inventory', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('inventory') }}
    from typed

)

select * from final
