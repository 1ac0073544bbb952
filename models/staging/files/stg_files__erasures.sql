{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('erasures') }}

),

{{ aisle.typed_input('erasures', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('erasures') }}
    from typed

)

select * from final
