with

tests as (

    select * from {{ aisle.of_full_build('int_contexts__tests') }}
    where
        test_id = 'gift_intent'
        and fold_role = 'validation'
        and is_on

),

open_carts as (

    select * from {{ ref('int_features__open_carts') }}

),

gift_products as (

    select * from {{ ref('int_contexts__gift_products') }}
    where fold_id = 'serving'

),

gift_days as (

    select * from {{ ref('int_contexts__gift_days') }}
    where fold_id = 'serving'

),

carts as (

    select
        open_carts.customer_key,
        max({{ aisle.local_date('open_carts.added_at') }}) as added_date,
        count(gift_products.product_key) as count_gift_products
    from open_carts
    left join gift_products
        on open_carts.product_key = gift_products.product_key
    group by open_carts.customer_key

),

looked_at as (

    select
        customer_key,
        max(gift_date) as gift_date
    from gift_days
    group by customer_key

),

final as (

    select carts.customer_key
    from carts
    cross join tests
    left join looked_at
        on carts.customer_key = looked_at.customer_key
    where
        carts.count_gift_products > 0
        or looked_at.gift_date >= carts.added_date

)

select * from final
