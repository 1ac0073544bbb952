with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        fold_id = 'serving'
        and customer_key is not null
        and interaction_type in ('add_to_cart', 'remove_from_cart', 'purchase')

),

latest as (

    select
        fold_id,
        customer_key,
        product_key,
        max_by(interaction_type, interaction_key) as interaction_type,
        min(age_days) as age_days,
        max(occurred_at) as added_at
    from interactions
    group by fold_id, customer_key, product_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        added_at
    from latest
    where
        interaction_type = 'add_to_cart'
        and age_days <= {{ aisle.checked_var('cart_days') }}

)

select * from final
