with

products as (

    select * from {{ aisle.connector_relation('products') }}
    where product_id is not null

),

interactions as (

    select * from {{ aisle.connector_relation('interactions') }}
    where
        product_id is not null
        and not is_non_product

),

-- The earliest row names the parent: one that comes later must not move past events.
ranked as (

    select
        product_id,
        coalesce(parent_product_id, product_id) as parent_product_id,
        row_number() over (
            partition by product_id
            order by valid_from asc nulls first, source_row_id asc
        ) as occurrence
    from products

),

named as (

    select
        product_id,
        parent_product_id
    from ranked
    where occurrence = 1

),

-- What is itself a variant of another is nobody's parent: its variants stand alone.
variants as (

    select
        named.product_id as variant_product_id,
        case
            when others.parent_product_id != others.product_id then named.product_id
            else named.parent_product_id
        end as product_id
    from named
    left join named as others
        on named.parent_product_id = others.product_id

),

-- A parent may be named by its variants alone and still be what an event refers to.
parents as (

    select product_id from variants
    except
    select variant_product_id as product_id from variants

),

-- A source without products sells what its events name.
derived as (

    select distinct product_id
    from interactions
    where not exists (select 1 from products)

),

final as (

    select
        variant_product_id,
        product_id
    from variants
    union all
    select
        product_id as variant_product_id,
        product_id
    from parents
    union all
    select
        product_id as variant_product_id,
        product_id
    from derived

)

select * from final
