{{ config(enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_inventory') }}

),

{{ aisle.typed_input('inventory', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('inventory') }}
    from typed

)

select * from final
