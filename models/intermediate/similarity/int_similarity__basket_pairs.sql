with

baskets as (

    select
        fold_key,
        cast(basket_key as integer) as basket_key,
        cast(product_key as integer) as product_key
    from {{ ref('int_similarity__baskets') }}

),

pairs as (

    select
        baskets.fold_key,
        baskets.product_key,
        others.product_key as other_product_key,
        count(*) as count_baskets
    from baskets
    inner join baskets as others
        on
            baskets.fold_key = others.fold_key
            and baskets.basket_key = others.basket_key
            and baskets.product_key < others.product_key
    group by baskets.fold_key, baskets.product_key, others.product_key
    having count(*) >= {{ var('min_support') }}

),

products as (

    select
        fold_key,
        product_key,
        count(*) as count_baskets
    from baskets
    group by fold_key, product_key

),

totals as (

    select
        fold_key,
        count(distinct basket_key) as count_baskets
    from baskets
    group by fold_key

),

measured as (

    select
        pairs.fold_key,
        pairs.product_key,
        pairs.other_product_key,
        cast(pairs.count_baskets as integer) as count_baskets,
        cast(products.count_baskets as integer) as count_baskets_product,
        cast(others.count_baskets as integer) as count_baskets_other,
        totals.count_baskets as count_baskets_total
    from pairs
    inner join products
        on
            pairs.fold_key = products.fold_key
            and pairs.product_key = products.product_key
    inner join products as others
        on
            pairs.fold_key = others.fold_key
            and pairs.other_product_key = others.product_key
    inner join totals
        on pairs.fold_key = totals.fold_key

),

final as (

    select
        fold_key,
        product_key,
        other_product_key,
        count_baskets,
        count_baskets_product,
        count_baskets_other,
        {{ aisle.support('count_baskets', 'count_baskets_total') }} as support,
        {{ aisle.lift(
            'count_baskets',
            'count_baskets_product',
            'count_baskets_other',
            'count_baskets_total'
        ) }} as lift,
        {{ aisle.jaccard(
            'count_baskets', 'count_baskets_product', 'count_baskets_other'
        ) }} as jaccard
    from measured

)

select * from final
