with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where weight > 0

),

use_cases as (

    select * from {{ ref('int_folds__open_use_cases') }}
    where
        use_case = 'personalised'
        and is_open

),

final as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        customer_products.unseen_customer_key,
        customer_products.product_key,
        customer_products.weight
    from customer_products
    inner join use_cases
        on customer_products.fold_id = use_cases.fold_id

)

select * from final
