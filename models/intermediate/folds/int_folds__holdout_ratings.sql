with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}
    where
        customer_key is not null
        and interaction_type in ('rating', 'review')
        and rating is not null

),

ranked as (

    select
        folds.fold_id,
        interactions.customer_key,
        interactions.product_key,
        interactions.rating,
        row_number() over (
            partition by
                folds.fold_id,
                interactions.customer_key,
                interactions.product_key
            order by interactions.interaction_key desc
        ) as rank
    from folds
    inner join interactions
        on
            folds.holdout_starts_at <= interactions.occurred_at
            and folds.holdout_ends_at > interactions.occurred_at

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        rating
    from ranked
    where rank = 1

)

select * from final
