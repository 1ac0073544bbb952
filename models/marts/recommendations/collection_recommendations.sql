with

lists as (

    select * from {{ ref('int_placements__collections') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}
    where fold_id = 'serving'

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

final as (

    select
        cast(lists.collection_id as {{ dbt.type_string() }}) as collection_id,
        customers.customer_id,
        lists.slot,
        products.product_id,
        release.release_id,
        cast(lists.strategy as {{ dbt.type_string() }}) as strategy,
        products.title,
        products.category,
        cast(lists.score as double) as score,
        cast(probabilities.purchase_probability_30d as double)
            as purchase_probability_30d,
        cast(products.price as double) as price,
        not lists.is_personal as is_fallback
    from lists
    inner join products
        on lists.product_key = products.product_key
    left join customers
        on lists.customer_key = customers.customer_key
    left join probabilities
        on
            lists.customer_key = probabilities.customer_key
            and lists.product_key = probabilities.product_key
    cross join release

)

select * from final
