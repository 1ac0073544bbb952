with

product_values as (

    select * from {{ ref('int_rules__product_values') }}

),

final as (

    select
        fold_id,
        rule_number,
        product_key
    from product_values
    where
        {{ aisle.rule_matches('') }}
        and {{ aisle.rule_matches('and_') }}

)

select * from final
