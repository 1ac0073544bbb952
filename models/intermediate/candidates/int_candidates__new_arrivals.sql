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

strangers as (

    select * from {{ ref('int_candidates__personal_shares') }}
    where not is_personal

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

category_demand as (

    select
        fold_id,
        category,
        {{ aisle.exact_avg('count_buyers_30d') }} as demand
    from products
    where is_sellable
    group by fold_id, category

),

-- Whoever has no history to compare with is offered what is new where most is bought.
expected as (

    select
        new_products.fold_id,
        new_products.product_key,
        category_demand.demand,
        row_number() over (
            partition by new_products.fold_id
            order by category_demand.demand desc, products.popularity_rank asc
        ) as rank
    from new_products
    inner join products
        on
            new_products.fold_id = products.fold_id
            and new_products.product_key = products.product_key
    inner join category_demand
        on
            products.fold_id = category_demand.fold_id
            and products.category = category_demand.category
    where products.is_sellable

),

proposed as (

    select
        fold_id,
        customer_key,
        product_key,
        score
    from scored
    union all
    select
        strangers.fold_id,
        strangers.customer_key,
        expected.product_key,
        expected.demand as score
    from strangers
    inner join expected
        on strangers.fold_id = expected.fold_id
    where expected.rank <= {{ var('candidates_per_source') }}

),

{{ aisle.top_candidates('proposed', 'new_arrivals') }}

select * from final
