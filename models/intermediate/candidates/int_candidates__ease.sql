{{ config(enabled=aisle.checked_var('is_ease_enabled')) }}

with

scored as (

    select * from {{ ref('int_candidates__ease_scored') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

{{ aisle.top_candidates('scored', 'ease') }}

select * from final
