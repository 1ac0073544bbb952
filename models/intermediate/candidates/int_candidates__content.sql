{{ config(enabled=aisle.checked_var('is_content_enabled')) }}

with

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where rank <= {{ var('history_per_customer') }}

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

neighbours as (

    select * from {{ ref('int_similarity__content_neighbours') }}
    where rank <= {{ var('neighbours_per_history') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

served_histories as (

    select histories.*
    from histories
    inner join customers
        on
            histories.fold_id = customers.fold_id
            and histories.customer_key = customers.customer_key

),

scored as (

    select
        served_histories.fold_id,
        served_histories.customer_key,
        neighbours.neighbour_key as product_key,
        {{ aisle.exact_sum('served_histories.weight * neighbours.similarity') }}
            as score
    from served_histories
    inner join neighbours
        on
            served_histories.fold_id = neighbours.fold_id
            and served_histories.product_key = neighbours.product_key
    group by
        served_histories.fold_id,
        served_histories.customer_key,
        neighbours.neighbour_key

),

{{ aisle.top_candidates('scored', 'content') }}

select * from final
