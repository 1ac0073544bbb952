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

totals as (

    select
        fold_id,
        customer_key,
        {{ aisle.exact_sum('weight') }} as weight
    from customer_products
    group by fold_id, customer_key

),

-- Else a few customers who buy for many would say what everybody likes.
final as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        customer_products.unseen_customer_key,
        customer_products.product_key,
        case
            when totals.weight > {{ var('customer_weight_cap') }}
                then
                    customer_products.weight
                    * {{ var('customer_weight_cap') }} / totals.weight
            else customer_products.weight
        end as weight
    from customer_products
    inner join use_cases
        on customer_products.fold_id = use_cases.fold_id
    inner join totals
        on
            customer_products.fold_id = totals.fold_id
            and customer_products.customer_key = totals.customer_key

)

select * from final
