{{ config(enabled=aisle.checked_var('is_biased_mf_enabled')) }}

with

scored as (

    select * from {{ ref('int_candidates__biased_mf_scored') }}
    where score >= 0

),

products as (

    select * from {{ ref('int_features__products') }}

),

{{ aisle.top_candidates('scored', 'biased_mf') }}

select * from final
