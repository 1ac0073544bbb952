with

expected as (

    select * from {{ ref('int_features__lifetime_value') }}
    where fold_id = 'serving'

),

customers as (

    select * from {{ ref('int_folds__customers') }}

),

final as (

    select
        customers.customer_id,
        expected.count_orders,
        expected.probability_alive,
        expected.expected_orders,
        expected.expected_order_value,
        expected.lifetime_value
    from expected
    inner join customers
        on
            expected.fold_id = customers.fold_id
            and expected.customer_key = customers.customer_key

)

select * from final
