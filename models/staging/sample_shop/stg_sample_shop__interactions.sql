{{ config(materialized='table', enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_interactions') }}

),

{{ aisle.typed_input('interactions', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('interactions') }},
        false as is_non_product,
        false as is_stock_write_off
    from typed

)

select * from final
