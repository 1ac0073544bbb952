with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where
        last_purchase_age_days <= 90
        and unseen_customer_key is null

),

customers as (

    select * from {{ ref('int_features__customers') }}

),

buyers as (

    select
        customer_products.fold_id,
        customer_products.product_key,
        customers.region,
        count(*) as count_buyers
    from customer_products
    inner join customers
        on
            customer_products.fold_id = customers.fold_id
            and customer_products.customer_key = customers.customer_key
    group by
        customer_products.fold_id,
        customer_products.product_key,
        customers.region

),

measured as (

    select
        *,
        sum(count_buyers) over (partition by fold_id, product_key) as count_product,
        sum(count_buyers) over (partition by fold_id, region) as count_region,
        sum(count_buyers) over (partition by fold_id) as count_all
    from buyers

),

-- The region's buyers of the product against those expected of a region of its size: 1
-- is as everywhere; one buyer is added to each against noise.
final as (

    select
        fold_id,
        product_key,
        region,
        count_buyers,
        (count_buyers + 1.0)
        / (cast(count_product as double) * count_region / count_all + 1.0)
            as region_lift
    from measured

)

select * from final
