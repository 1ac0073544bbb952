with

products as (

    select * from {{ aisle.connector_relation('products') }}
    where product_id is not null

),

variants as (

    select * from {{ ref('input_product_variants') }}

),

interactions as (

    select * from {{ aisle.connector_relation('interactions') }}
    where product_id is not null

),

parents as (

    select distinct product_id
    from variants

),

-- A parent is described by its own rows, or where a variant was described before it by
-- that variant: what is added later changes nothing before it.
candidates as (

    select
        parents.product_id,
        products.product_id as describing_product_id,
        row_number() over (
            partition by parents.product_id
            order by
                products.valid_from asc nulls first,
                case
                    when products.product_id = parents.product_id then 0
                    else 1
                end asc nulls last,
                products.product_id asc,
                products.source_row_id asc
        ) as preference
    from parents
    inner join variants
        on parents.product_id = variants.product_id
    inner join products
        on variants.variant_product_id = products.product_id

),

describing as (

    select * from candidates
    where preference = 1

),

ranked as (

    select
        describing.product_id as parent_id,
        products.*,
        row_number() over (
            partition by describing.product_id, products.valid_from
            order by products.source_row_id asc
        ) as occurrence
    from describing
    inner join products
        on describing.describing_product_id = products.product_id

),

first_events as (

    select
        product_id,
        min(source_system) as source_system,
        min(occurred_at) as first_event_at
    from interactions
    group by product_id

),

-- Products that no row describes: all of them where the source has only events. Nobody
-- knew them before the first.
undescribed as (

    select
        parents.product_id,
        first_events.source_system,
        first_events.first_event_at
    from parents
    inner join first_events
        on parents.product_id = first_events.product_id
    left join describing
        on parents.product_id = describing.product_id
    where describing.product_id is null

),

final as (

    select
        parent_id as product_id,
        source_system,
        title,
        description,
        category,
        subcategory,
        brand,
        seller_id,
        attributes,
        price,
        unit_cost,
        available_from,
        discontinued_at,
        valid_from
    from ranked
    where occurrence = 1
    union all
    select
        product_id,
        source_system,
        cast(null as {{ dbt.type_string() }}) as title,
        cast(null as {{ dbt.type_string() }}) as description,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as subcategory,
        cast(null as {{ dbt.type_string() }}) as brand,
        cast(null as {{ dbt.type_string() }}) as seller_id,
        cast(null as {{ dbt.type_string() }}) as attributes,
        cast(null as double) as price,
        cast(null as double) as unit_cost,
        cast(null as timestamp) as available_from,
        cast(null as timestamp) as discontinued_at,
        first_event_at as valid_from
    from undescribed

)

select * from final
