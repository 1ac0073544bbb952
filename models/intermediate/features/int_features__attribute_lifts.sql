with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where
        last_purchase_age_days <= 90
        and unseen_customer_key is null

),

attributes as (

    select * from {{ ref('int_features__customer_attributes') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

buyers as (

    select
        customer_products.fold_id,
        customer_products.product_key,
        attributes.field,
        attributes.value,
        count(*) as count_buyers
    from customer_products
    inner join attributes
        on
            customer_products.fold_id = attributes.fold_id
            and customer_products.customer_key = attributes.customer_key
    group by
        customer_products.fold_id,
        customer_products.product_key,
        attributes.field,
        attributes.value

),

measured as (

    select
        buyers.*,
        cast(sum(buyers.count_buyers) over value_of_field as double)
        / sum(buyers.count_buyers) over field as value_rate,
        sum(buyers.count_buyers) over (
            partition by buyers.fold_id, buyers.field, buyers.product_key
        ) as count_product_buyers,
        sum(buyers.count_buyers) over (
            partition by buyers.fold_id, buyers.field, buyers.value, products.category
        ) as count_category_value_buyers,
        sum(buyers.count_buyers) over (
            partition by buyers.fold_id, buyers.field, products.category
        ) as count_category_buyers
    from buyers
    inner join products
        on
            buyers.fold_id = products.fold_id
            and buyers.product_key = products.product_key
    window
        field as (partition by buyers.fold_id, buyers.field),
        value_of_field as (partition by buyers.fold_id, buyers.field, buyers.value)

),

lifted as (

    select
        *,
        count_product_buyers * value_rate as expected_buyers,
        (count_category_value_buyers + 1)
        / (count_category_buyers * value_rate + 1) as category_lift
    from measured

),

-- Buyers of the value against those expected of a value of its size: 1 is as among
-- everybody. One buyer is added against noise, to the category all alike, and to the
-- product as its category sells.
final as (

    select
        fold_id,
        product_key,
        field,
        value,
        count_buyers,
        expected_buyers,
        category_lift,
        (count_buyers + category_lift) / (expected_buyers + 1) as lift
    from lifted

)

select * from final
