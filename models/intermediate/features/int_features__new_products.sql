with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        interaction_type = 'purchase'
        and unseen_customer_key is null

),

products as (

    select * from {{ ref('int_folds__products') }}

),

keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

folds as (

    select * from {{ ref('folds') }}

),

first_sales as (

    select
        fold_id,
        product_key,
        max(age_days) as first_sold_age_days
    from interactions
    group by fold_id, product_key

),

-- The first sale tells best; before it the day that the catalogue names, or that
-- anybody first knew of it; a product that has none has only just come.
aged as (

    select
        products.fold_id,
        products.product_key,
        first_sales.first_sold_age_days,
        coalesce(
            first_sales.first_sold_age_days,
            {{ aisle.elapsed_days('products.available_from', 'folds.cutoff_at') }},
            {{ aisle.elapsed_days('keys.known_at', 'folds.cutoff_at') }},
            0
        ) as age_days
    from products
    inner join folds
        on products.fold_id = folds.fold_id
    inner join keys
        on products.product_key = keys.product_key
    left join first_sales
        on
            products.fold_id = first_sales.fold_id
            and products.product_key = first_sales.product_key

),

final as (

    select
        fold_id,
        product_key,
        age_days,
        first_sold_age_days is not null as is_sold
    from aged
    where
        age_days >= 0
        and age_days <= {{ var('new_product_days') }}

)

select * from final
