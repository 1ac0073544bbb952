with

histories as (

    select
        fold_key,
        cast(customer_key as integer) as customer_key,
        cast(product_key as integer) as product_key,
        weight
    from {{ ref('int_similarity__histories') }}

),

-- Both ends of a pair have a bounded history, so pairs grow with events, not squared.
pairs as (

    select
        histories.fold_key,
        histories.product_key,
        others.product_key as other_product_key,
        count(*) as count_customers,
        sum(histories.weight * others.weight) as dot_product
    from histories
    inner join histories as others
        on
            histories.fold_key = others.fold_key
            and histories.customer_key = others.customer_key
            and histories.product_key < others.product_key
    group by histories.fold_key, histories.product_key, others.product_key
    having count(*) >= {{ var('min_support') }}

),

norms as (

    select
        fold_key,
        product_key,
        count(*) as count_customers,
        sqrt(sum(cast(weight as bigint) * weight)) as norm
    from histories
    group by fold_key, product_key

),

final as (

    select
        pairs.fold_key,
        pairs.product_key,
        pairs.other_product_key,
        cast(pairs.count_customers as integer) as count_customers,
        {{ aisle.cosine('pairs.dot_product', 'products.norm', 'others.norm') }}
            as cosine,
        {{ aisle.jaccard(
            'pairs.count_customers',
            'products.count_customers',
            'others.count_customers'
        ) }} as jaccard
    from pairs
    inner join norms as products
        on
            pairs.fold_key = products.fold_key
            and pairs.product_key = products.product_key
    inner join norms as others
        on
            pairs.fold_key = others.fold_key
            and pairs.other_product_key = others.product_key

)

select * from final
