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

own_rows as (

    select
        *,
        row_number() over (
            partition by parent_id, valid_from
            order by source_row_id asc
        ) as occurrence
    from first_rows
    where is_own

),

moments as (

    select distinct
        parent_id,
        described_from as moment
    from first_rows
    where
        not is_own
        and coalesce(described_from < own_from, true)

),

variant_rows as (

    select
        first_rows.*,
        moments.moment,
        row_number() over (
            partition by
                first_rows.parent_id, moments.moment, first_rows.product_id
            order by
                first_rows.described_from desc nulls last,
                first_rows.source_row_id asc
        ) as occurrence
    from moments
    inner join first_rows
        on
            moments.parent_id = first_rows.parent_id
            and moments.moment >= first_rows.described_from
    where not first_rows.is_own

),

-- On sale is what has a variant on sale.
sales as (

    select
        parent_id,
        moment,
        case when count(available_from) = count(*) then min(available_from) end
            as available_from,
        case when count(discontinued_at) = count(*) then max(discontinued_at) end
            as discontinued_at
    from variant_rows
    where occurrence = 1
    group by parent_id, moment

),

-- A parent is described by its own rows, and before the first of them by the variant
-- that was described first: what is added later changes nothing before it.
ranked as (

    select
        parent_id,
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
    from own_rows
    where occurrence = 1
    union all
    select
        variant_rows.parent_id,
        variant_rows.source_system,
        variant_rows.title,
        variant_rows.description,
        variant_rows.category,
        variant_rows.subcategory,
        variant_rows.brand,
        variant_rows.seller_id,
        variant_rows.attributes,
        variant_rows.price,
        variant_rows.unit_cost,
        sales.available_from,
        sales.discontinued_at,
        nullif(variant_rows.moment, timestamp '1900-01-01') as valid_from
    from variant_rows
    inner join sales
        on
            variant_rows.parent_id = sales.parent_id
            and variant_rows.moment = sales.moment
    where
        variant_rows.product_id = variant_rows.first_product_id
        and variant_rows.occurrence = 1

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
