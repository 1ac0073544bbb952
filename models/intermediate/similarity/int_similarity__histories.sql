with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where weight > 0

),

folds as (

    select * from {{ ref('folds') }}

),

ranked as (

    select
        folds.fold_id,
        folds.fold_key,
        customer_products.customer_key,
        customer_products.unseen_customer_key,
        customer_products.product_key,
        -- Whole numbers add up exactly; the logarithm keeps one habit from ruling.
        cast(round(100 * ln(1 + customer_products.weight)) as integer) as weight,
        row_number() over (
            partition by folds.fold_key, customer_products.customer_key
            order by
                customer_products.weight desc,
                customer_products.last_event_age_days asc,
                customer_products.product_key asc
        ) as rank
    from customer_products
    inner join folds
        on customer_products.fold_id = folds.fold_id

),

final as (

    select
        fold_id,
        fold_key,
        customer_key,
        unseen_customer_key,
        product_key,
        weight,
        rank
    from ranked
    where
        rank <= {{ var('max_history') }}
        and weight > 0

)

select * from final
