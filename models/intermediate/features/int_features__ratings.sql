with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        customer_key is not null
        and interaction_type in ('rating', 'review')
        and rating is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key, product_key
            order by interaction_key desc
        ) as rank
    from interactions

),

final as (

    select
        fold_id,
        customer_key,
        unseen_customer_key,
        product_key,
        rating,
        age_days
    from ranked
    where rank = 1

)

select * from final
