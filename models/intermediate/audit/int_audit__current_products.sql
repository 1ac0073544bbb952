with

products as (

    select * from {{ ref('input_products') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

versions as (

    select
        products.*,
        coalesce(products.available_from <= as_of.as_of, true)
        and coalesce(products.discontinued_at > as_of.as_of, true) as is_listed,
        row_number() over (
            partition by products.product_id
            order by products.valid_from desc nulls last
        ) as recency
    from products
    cross join as_of
    where coalesce(products.valid_from < as_of.as_of, true)

),

final as (

    select
        product_id,
        title,
        description,
        category,
        subcategory,
        brand,
        price,
        unit_cost,
        is_listed
    from versions
    where recency = 1

)

select * from final
