{{ config(materialized='view') }}

with

ranked as (

    select * from {{ ref('int_slots__ranked') }}

),

final as (

    select
        fold_id,
        scenario_id,
        placement,
        customer_key,
        product_key,
        strategy,
        is_personal,
        is_bought,
        score,
        is_discovery,
        discovery_kind,
        seed_product_key,
        distance,
        propensity,
        slot
    from ranked
    where slot is not null

)

select * from final
