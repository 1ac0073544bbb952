with

halves as (

    select * from {{ ref('int_features__validation_halves') }}
    where half = 'tune'

),

holdout_purchases as (

    select * from {{ ref('int_folds__holdout_purchases') }}

),

final as (

    select
        holdout_purchases.fold_id,
        holdout_purchases.customer_key,
        holdout_purchases.product_key
    from holdout_purchases
    inner join halves
        on
            holdout_purchases.fold_id = halves.fold_id
            and holdout_purchases.customer_key = halves.customer_key

)

select * from final
