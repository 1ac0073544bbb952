with

neighbours as (

    select * from {{ ref('int_similarity__customer_neighbours') }}
    where fold_id = 'serving'

),

customers as (

    select * from {{ ref('int_folds__customers') }}
    where fold_id = 'serving'

),

final as (

    select
        customers.customer_id,
        others.customer_id as neighbour_customer_id,
        cast(neighbours.rank as integer) as rank,
        cast(neighbours.cosine as double) as similarity,
        cast(neighbours.count_shared_products as bigint) as count_shared_products
    from neighbours
    inner join customers
        on neighbours.customer_key = customers.customer_key
    inner join customers as others
        on neighbours.neighbour_key = others.customer_key

)

select * from final
