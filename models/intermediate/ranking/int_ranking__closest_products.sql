with

fused as (

    select
        fold_id,
        customer_key,
        product_key
    from {{ ref('int_ranking__fused') }}
    where
        is_ranked
        and is_personal
        and {{ aisle.in_block('customer_key') }}

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where {{ aisle.in_block('customer_key') }}

),

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}

),

{{ aisle.served_histories() }},

looked_up as (

    select
        served_histories.fold_id,
        served_histories.customer_key,
        neighbours.neighbour_key as product_key,
        neighbours.similarity
    from served_histories
    inner join neighbours
        on
            served_histories.fold_id = neighbours.fold_id
            and served_histories.product_key = neighbours.product_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        max(similarity) as closest_similarity
    from looked_up
    where
        exists (
            select 1
            from fused
            where
                looked_up.fold_id = fused.fold_id
                and looked_up.customer_key = fused.customer_key
                and looked_up.product_key = fused.product_key
        )
    group by fold_id, customer_key, product_key

)

select * from final
