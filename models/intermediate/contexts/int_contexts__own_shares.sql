with

-- Validation's month decides, so only folds after it may know.
folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('serving', 'test')

),

tests as (

    select * from {{ aisle.of_full_build('int_contexts__tests') }}
    where
        test_id = 'gift_taste'
        and fold_role = 'validation'
        and is_on

),

gift_shares as (

    select * from {{ ref('int_contexts__gift_shares') }}

),

gift_days as (

    select * from {{ ref('int_contexts__gift_days') }}
    where not is_holdout

),

gift_products as (

    select * from {{ ref('int_contexts__gift_products') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        customer_key is not null
        and interaction_type in (
            'view', 'add_to_cart', 'remove_from_cart', 'wishlist', 'purchase'
        )

),

products as (

    select * from {{ ref('int_folds__products') }}

),

acting_days as (

    select gift_days.*
    from gift_days
    inner join folds
        on gift_days.fold_id = folds.fold_id
    cross join tests

),

-- Whoever buys what marks a present does so for presents: that is a taste of its own.
final as (

    select
        interactions.fold_id,
        interactions.interaction_key,
        gift_shares.own_share
    from interactions
    inner join acting_days
        on
            interactions.fold_id = acting_days.fold_id
            and interactions.customer_key = acting_days.customer_key
            and {{ aisle.local_date('interactions.occurred_at') }}
            = acting_days.gift_date
    inner join products
        on
            interactions.fold_id = products.fold_id
            and interactions.product_key = products.product_key
    inner join gift_shares
        on
            products.fold_id = gift_shares.fold_id
            and products.category = gift_shares.category
    left join gift_products
        on
            interactions.fold_id = gift_products.fold_id
            and interactions.product_key = gift_products.product_key
    where gift_products.product_key is null

)

select * from final
