with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}

),

features as (

    select * from {{ ref('int_features__products') }}

),

new_products as (

    select * from {{ ref('int_features__new_products') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        fold_id = 'serving'
        and interaction_type in ('purchase', 'return')
        and age_days <= 90

),

-- What anonymous visitors buy leaves the shelf too.
sold as (

    select
        fold_id,
        product_key,
        {{ aisle.exact_sum(
            "case when interaction_type = 'return' then -quantity else quantity end"
        ) }} as units_sold_90d
    from interactions
    group by fold_id, product_key

),

aged as (

    select
        products.fold_id,
        products.product_key,
        products.units_on_hand,
        coalesce(sold.units_sold_90d, 0) as units_sold_90d,
        features.first_sold_age_days,
        {{ aisle.elapsed_days('products.available_from', 'folds.cutoff_at') }}
            as available_age_days,
        new_products.product_key is not null as is_new_product
    from products
    inner join folds
        on products.fold_id = folds.fold_id
    inner join features
        on
            products.fold_id = features.fold_id
            and products.product_key = features.product_key
    left join new_products
        on
            products.fold_id = new_products.fold_id
            and products.product_key = new_products.product_key
    left join sold
        on
            products.fold_id = sold.fold_id
            and products.product_key = sold.product_key

),

-- What is on sale for 45 of the 90 days has sold at twice the pace that 90 would give.
paced as (

    select
        *,
        coalesce(available_age_days, first_sold_age_days, 90) as days_on_sale,
        units_sold_90d / least(
            greatest(coalesce(available_age_days, first_sold_age_days, 90), 1), 90
        ) as units_per_day
    from aged

),

final as (

    select
        fold_id,
        product_key,
        units_on_hand,
        units_per_day,
        is_new_product,
        -- What has just come has had no time to sell.
        days_on_sale > {{ var('new_product_days') }}
        and coalesce(
            units_on_hand > 0
            and units_on_hand > units_per_day * {{ var('overstocked_days') }},
            false
        ) as is_overstocked
    from paced

)

select * from final
