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
        max(case when interaction_type = 'add_to_cart' then occurred_at end)
            as added_at,
        min(case when interaction_type = 'add_to_cart' then age_days end)
            as added_age_days,
        min(case when interaction_type != 'add_to_cart' then age_days end)
            as left_age_days
    from interactions
    group by fold_id, customer_key, product_key

),

-- What was bought in the instant in which it was put there is no longer in it: of a day
-- without hours nobody knows more.
final as (

    select
        fold_id,
        customer_key,
        product_key,
        added_at
    from latest
    where
        added_age_days <= {{ aisle.checked_var('cart_days') }}
        and coalesce(added_age_days < left_age_days, true)

)

select * from final
