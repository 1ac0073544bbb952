with

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}
    where
        fold_id = 'serving'
        and rank <= {{ var('neighbours_per_history') }}

),

content_neighbours as (

    select * from {{ ref('int_similarity__content_neighbours') }}
    where
        fold_id = 'serving'
        and rank <= {{ var('neighbours_per_history') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where
        fold_id = 'serving'
        and is_sellable
        and is_in_stock

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where
        fold_id = 'serving'
        and has_history

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where fold_id = 'serving'

),

known as (

    select distinct product_key
    from neighbours

),

-- What too few have bought for neighbours by behaviour has those of like content.
similar_products as (

    select
        products.fold_id,
        products.product_key,
        neighbours.neighbour_key,
        neighbours.similarity
    from products
    inner join neighbours
        on products.product_key = neighbours.product_key
    union all
    select
        products.fold_id,
        products.product_key,
        content_neighbours.neighbour_key,
        content_neighbours.similarity
    from products
    inner join content_neighbours
        on products.product_key = content_neighbours.product_key
    left join known
        on products.product_key = known.product_key
    where known.product_key is null

),

recent_buyers_ranked as (

    select
        customer_products.customer_key,
        customer_products.product_key,
        customer_products.weight,
        customer_products.last_purchase_age_days,
        row_number() over (
            partition by customer_products.product_key
            order by
                customer_products.weight desc,
                customer_products.last_purchase_age_days asc,
                customer_products.customer_key asc
        ) as buyer_rank
    from customer_products
    inner join customers
        on customer_products.customer_key = customers.customer_key
    where
        customer_products.last_purchase_age_days <= {{ var('recent_buyer_days') }}
        and customer_products.weight > 0

),

recent_buyers as (

    select * from recent_buyers_ranked
    where buyer_rank <= {{ var('max_buyers_per_product') }}

),

-- Whoever has a thing that one buys once need not hear of it, nor who disliked it.
unwilling as (

    select
        customer_products.customer_key,
        customer_products.product_key
    from customer_products
    inner join products
        on customer_products.product_key = products.product_key
    where {{ aisle.is_unwanted('customer_products', 'products') }}

),

parts as (

    select
        similar_products.fold_id,
        similar_products.product_key,
        recent_buyers.customer_key,
        recent_buyers.product_key as similar_key,
        recent_buyers.last_purchase_age_days,
        similar_products.similarity * ln(1 + recent_buyers.weight) as part
    from similar_products
    inner join recent_buyers
        on similar_products.neighbour_key = recent_buyers.product_key
    left join unwilling
        on
            similar_products.product_key = unwilling.product_key
            and recent_buyers.customer_key = unwilling.customer_key
    where unwilling.customer_key is null

),

scored as (

    select
        product_key,
        customer_key,
        {{ aisle.exact_sum('part') }} as score
    from parts
    group by product_key, customer_key

),

scored_ranked as (

    select
        *,
        row_number() over (
            partition by cast(product_key as integer)
            order by score desc, cast(customer_key as integer) asc
        ) as rank
    from scored

),

told as (

    select * from scored_ranked
    where rank <= {{ var('customers_per_product') }}

),

parts_ranked as (

    select
        parts.fold_id,
        parts.product_key,
        parts.customer_key,
        parts.similar_key,
        parts.last_purchase_age_days,
        told.score,
        told.rank,
        row_number() over (
            partition by parts.product_key, parts.customer_key
            order by parts.part desc, parts.similar_key asc
        ) as part_rank
    from parts
    inner join told
        on
            parts.product_key = told.product_key
            and parts.customer_key = told.customer_key

),

final as (

    select
        fold_id,
        product_key,
        customer_key,
        similar_key,
        score,
        rank,
        last_purchase_age_days
    from parts_ranked
    where part_rank = 1

)

select * from final
