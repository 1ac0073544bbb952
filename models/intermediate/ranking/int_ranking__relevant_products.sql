with

holdout_purchases as (

    select * from {{ ref('int_folds__holdout_purchases') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where is_bought

),

final as (

    select
        holdout_purchases.fold_id,
        holdout_purchases.customer_key,
        holdout_purchases.product_key,
        customers.has_history,
        customer_products.product_key is not null as is_bought_before,
        holdout_purchases.revenue,
        holdout_purchases.margin,
        holdout_purchases.holdout_week
    from holdout_purchases
    inner join customers
        on
            holdout_purchases.fold_id = customers.fold_id
            and holdout_purchases.customer_key = customers.customer_key
    left join customer_products
        on
            holdout_purchases.fold_id = customer_products.fold_id
            and holdout_purchases.customer_key = customer_products.customer_key
            and holdout_purchases.product_key = customer_products.product_key

)

select * from final
