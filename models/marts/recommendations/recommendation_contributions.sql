with

contributions as (

    select * from {{ ref('int_recommendations__contributions') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

final as (

    select
        customers.customer_id,
        products.product_id,
        cast(
            case contributions.shelf
                when 'all' then 'ranker' else 'ranker_new'
            end as {{ dbt.type_string() }}
        ) as strategy,
        cast(contributions.family as {{ dbt.type_string() }}) as family,
        cast(contributions.contribution as double) as contribution
    from contributions
    inner join customers
        on contributions.customer_key = customers.customer_key
    inner join products
        on contributions.product_key = products.product_key

)

select * from final
