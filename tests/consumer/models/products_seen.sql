with

products as (

    select * from {{ ref('aisle', 'input_products') }}

),

final as (

    select
        product_id,
        category
    from products

)

select * from final
