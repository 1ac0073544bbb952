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

described as (

    select
        variants.product_id as parent_id,
        products.*,
        variants.product_id = products.product_id as is_own,
        coalesce(products.valid_from, timestamp '1900-01-01') as described_from
    from variants
    inner join products
        on variants.variant_product_id = products.product_id

),

first_rows as (

    select
        *,
        min(case when is_own then described_from end) over (partition by parent_id)
            as own_from,
        first_value(product_id) over (
            partition by parent_id
            order by
                is_own asc nulls last,
                described_from asc nulls last,
                product_id asc,
                source_row_id asc
        ) as first_product_id
    from described

),

-- A parent is described by its own rows, and before the first of them by the variant
-- that was described first: what is added later changes nothing before it.
ranked as (

    select
        *,
        row_number() over (
            partition by parent_id, valid_from
            order by source_row_id asc
        ) as occurrence
    from first_rows
    where
        is_own
        or (
            product_id = first_product_id
            and coalesce(described_from < own_from, true)
        )

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
    left join described
        on parents.product_id = described.parent_id
    where described.parent_id is null

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
