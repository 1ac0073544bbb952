with

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

available as (

    select * from {{ ref('int_features__products') }}
    where
        fold_id = 'serving'
        and is_sellable
        and is_in_stock

),

-- What is withdrawn or sold out may ask for alternatives, but is none itself.
ranked as (

    select
        neighbours.*,
        products.product_id,
        products.title,
        others.product_id as similar_product_id,
        others.title as similar_title,
        row_number() over (
            partition by neighbours.product_key
            order by neighbours.similarity desc, others.product_id asc
        ) as available_rank
    from neighbours
    inner join products
        on neighbours.product_key = products.product_key
    inner join products as others
        on neighbours.neighbour_key = others.product_key
    inner join available
        on neighbours.neighbour_key = available.product_key

),

final as (

    select
        product_id,
        similar_product_id,
        title,
        similar_title,
        cast(available_rank as integer) as rank,
        cast(cosine as double) as cosine,
        cast(jaccard as double) as jaccard,
        cast(similarity as double) as similarity,
        cast(count_customers as bigint) as count_customers
    from ranked

)

select * from final
