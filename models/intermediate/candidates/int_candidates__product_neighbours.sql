{{ config(enabled=aisle.checked_var('is_product_neighbours_enabled')) }}

with

scored as (

    select * from {{ ref('int_candidates__product_neighbours_scored') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

{{ aisle.top_candidates('scored', 'product_neighbours') }}

select * from final
