with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        customer_id is not null
        and placement is not null
        and slot is not null

),

latest as (

    select
        *,
        max(served_at) over (partition by customer_id, placement) as last_served_at
    from impressions

),

-- A slot that was logged with two products, or a product in two slots, counts once.
distinct_products as (

    select
        customer_id,
        placement,
        product_id,
        min(slot) as slot,
        min(release_id) as release_id,
        max(served_at) as served_at
    from latest
    where {{ aisle.shown_together('served_at', 'last_served_at') }}
    group by customer_id, placement, product_id

),

final as (

    select
        customer_id,
        placement,
        product_id,
        release_id,
        cast(
            row_number() over (
                partition by customer_id, placement
                order by slot asc nulls last, product_id asc
            ) as integer
        ) as place,
        served_at
    from distinct_products

)

select * from final
