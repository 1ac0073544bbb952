with

categories as (

    select * from {{ ref('int_features__customer_categories') }}

),

customers as (

    select * from {{ ref('int_folds__customers') }}

),

final as (

    select
        categories.fold_id,
        customers.customer_id,
        categories.category,
        cast(categories.rank as integer) as rank,
        cast(categories.affinity as double) as affinity,
        cast(categories.count_products as bigint) as count_products
    from categories
    inner join customers
        on
            categories.fold_id = customers.fold_id
            and categories.customer_key = customers.customer_key

)

select * from final
