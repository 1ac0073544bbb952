{{ config(enabled=aisle.checked_var('is_als_enabled')) }}

with

scored as (

    select * from {{ ref('int_candidates__als_scored') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

{{ aisle.top_candidates('scored', 'als') }}

select * from final
