{{ config(enabled=aisle.checked_var('is_als_trend_enabled')) }}

with

scored as (

    select
        fold_id,
        customer_key,
        product_key,
        trend_score as score
    from {{ ref('int_candidates__als_scored') }}
    where trend_score is not null

),

products as (

    select * from {{ ref('int_features__products') }}

),

{{ aisle.top_candidates('scored', 'als_trend') }}

select * from final
