{{ config(materialized='view') }}

with

ranked as (

    select * from {{ ref('int_rules__ranked') }}

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
        slot
    from ranked
    where slot is not null

)

select * from final
