{{ config(enabled=aisle.checked_var('is_trending_enabled')) }}

with

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

ranked as (

    select
        fold_id,
        product_key,
        count_buyers_30d * trend as score,
        row_number() over (
            partition by fold_id
            order by count_buyers_30d * trend desc, popularity_rank asc
        ) as rank
    from products

),

final as (

    select
        customers.fold_id,
        customers.customer_key,
        ranked.product_key,
        cast('trending' as {{ dbt.type_string() }}) as candidate_source,
        cast(ranked.score as double) as score,
        ranked.rank
    from customers
    inner join ranked
        on customers.fold_id = ranked.fold_id
    where ranked.rank <= {{ var('candidates_per_source') }}

)

select * from final
