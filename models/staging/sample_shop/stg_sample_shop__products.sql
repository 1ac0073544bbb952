{{ config(enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_products') }}

),

{{ aisle.typed_input('products', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('products') }}
    from typed

)

select * from final
