{{ config(materialized='view') }}

with

dated_rules as (

    select * from {{ ref('int_rules__dated_rules') }}
    where not is_universal

),

{{ aisle.selector_values('dated_rules') }},

final as (

    select * from valued

)

select * from final
