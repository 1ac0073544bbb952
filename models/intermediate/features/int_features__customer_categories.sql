with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where weight > 0

),

products as (

    select * from {{ ref('int_folds__products') }}

),

summed as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        products.category,
        count(*) as count_products,
        {{ aisle.exact_sum('customer_products.weight') }} as weight
    from customer_products
    inner join products
        on
            customer_products.fold_id = products.fold_id
            and customer_products.product_key = products.product_key
    group by
        customer_products.fold_id,
        customer_products.customer_key,
        products.category

),

totals as (

    select
        fold_id,
        customer_key,
        {{ aisle.exact_sum('weight') }} as weight
    from summed
    group by fold_id, customer_key

),

final as (

    select
        summed.fold_id,
        summed.customer_key,
        summed.category,
        summed.count_products,
        summed.weight / nullif(totals.weight, 0) as affinity,
        row_number() over (
            partition by summed.fold_id, summed.customer_key
            order by summed.weight desc, summed.category asc
        ) as rank
    from summed
    inner join totals
        on
            summed.fold_id = totals.fold_id
            and summed.customer_key = totals.customer_key

)

select * from final
