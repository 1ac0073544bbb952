{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('impressions') }}

),

{{ aisle.typed_input('impressions', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('impressions') }}
    from typed

)

select * from final
