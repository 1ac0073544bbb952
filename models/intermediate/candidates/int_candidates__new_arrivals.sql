{{ config(enabled=aisle.checked_var('is_new_arrivals_enabled')) }}

with

new_products as (

    select * from {{ ref('int_features__new_products') }}

),

neighbours as (

    select * from {{ ref('int_similarity__content_neighbours') }}

),

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where rank <= {{ var('history_per_customer') }}

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

established as (

    select
        neighbours.fold_id,
        neighbours.product_key,
        neighbours.neighbour_key,
        neighbours.similarity
    from neighbours
    left join new_products
        on
            neighbours.fold_id = new_products.fold_id
            and neighbours.neighbour_key = new_products.product_key
    where new_products.product_key is null

),

-- One best seller may be like very many new products: it speaks for the nearest only.
heirs as (

    select
        established.fold_id,
        established.product_key,
        established.neighbour_key,
        established.similarity,
        row_number() over (
            partition by established.fold_id, established.neighbour_key
            order by established.similarity desc, established.product_key asc
        ) as rank
    from established
    inner join new_products
        on
            established.fold_id = new_products.fold_id
            and established.product_key = new_products.product_key

),

nearest_heirs as (

    select * from heirs
    where rank <= {{ var('neighbours_per_history') }}

),

{{ aisle.scored_by_history(
    'nearest_heirs', known='neighbour_key', proposed='product_key'
) }},

{{ aisle.top_candidates('scored', 'new_arrivals') }}

select * from final
