{{ config(enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_impressions') }}

),

{{ aisle.typed_input('impressions', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('impressions') }}
    from typed

)

select * from final
