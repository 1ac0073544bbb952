{{ config(enabled=aisle.checked_var('is_customer_neighbours_enabled')) }}

with

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where rank <= {{ var('products_per_neighbour') }}

),

neighbours as (

    select * from {{ ref('int_similarity__customer_neighbours') }}

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

folds as (

    select * from {{ ref('folds') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

served_neighbours as (

    select
        neighbours.fold_key,
        neighbours.customer_key,
        neighbours.neighbour_key,
        neighbours.cosine
    from neighbours
    inner join customers
        on
            neighbours.fold_id = customers.fold_id
            and neighbours.customer_key = customers.customer_key

),

summed as (

    select
        served_neighbours.fold_key,
        served_neighbours.customer_key,
        histories.product_key,
        {{ aisle.exact_sum('served_neighbours.cosine * histories.weight') }} as score
    from served_neighbours
    inner join histories
        on
            served_neighbours.fold_key = histories.fold_key
            and served_neighbours.neighbour_key = histories.customer_key
    group by
        served_neighbours.fold_key,
        served_neighbours.customer_key,
        histories.product_key

),

scored as (

    select
        folds.fold_id,
        summed.customer_key,
        summed.product_key,
        summed.score
    from summed
    inner join folds
        on summed.fold_key = folds.fold_key

),

{{ aisle.top_candidates('scored', 'customer_neighbours') }}

select * from final
