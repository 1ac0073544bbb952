{{ config(
    enabled=aisle.checked_var('is_product_neighbours_enabled')
    or aisle.checked_var('is_product_neighbours_trend_enabled')
) }}

with

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where rank <= {{ var('history_per_customer') }}

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}
    where rank <= {{ var('neighbours_per_history') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

{{ aisle.scored_by_history('neighbours') }},

sellable as (

    select
        scored.fold_id,
        scored.customer_key,
        scored.product_key,
        scored.score,
        scored.score * products.trend as trend_score,
        {{ aisle.list_number('products.fold_key', 'scored.customer_key') }}
            as list_key,
        cast(products.popularity_rank as integer) as popularity_rank
    from scored
    inner join products
        on
            scored.fold_id = products.fold_id
            and scored.product_key = products.product_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by list_key
            order by score desc, popularity_rank asc
        ) as rank,
        row_number() over (
            partition by list_key
            order by trend_score desc, popularity_rank asc
        ) as trend_rank
    from sellable

),

-- What is among the best by either order.
final as (

    select
        fold_id,
        customer_key,
        product_key,
        score,
        trend_score
    from ranked
    where
        rank <= {{ var('candidates_per_source') }}
        or trend_rank <= {{ var('candidates_per_source') }}

)

select * from final
