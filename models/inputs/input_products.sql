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

-- Of a variant one row at a time, as long as nothing of its own describes the parent.
variant_rows as (

    select
        *,
        row_number() over (
            partition by parent_id, product_id, described_from
            order by source_row_id asc
        ) as occurrence
    from first_rows
    where
        not is_own
        and coalesce(described_from < own_from, true)

),

sales as (

    select
        parent_id,
        product_id,
        described_from,
        available_from,
        discontinued_at,
        row_number() over (
            partition by parent_id, product_id
            order by described_from asc nulls last
        ) as version,
        lag(available_from) over (
            partition by parent_id, product_id
            order by described_from asc nulls last
        ) as earlier_available_from,
        lag(discontinued_at) over (
            partition by parent_id, product_id
            order by described_from asc nulls last
        ) as earlier_discontinued_at
    from variant_rows
    where occurrence = 1

),

-- When a variant's time of sale is first told, or changes; as long as it stays.
changed_sales as (

    select
        parent_id,
        product_id,
        described_from,
        available_from,
        discontinued_at,
        lead(described_from) over (
            partition by parent_id, product_id
            order by described_from asc nulls last
        ) as described_until
    from sales
    where
        version = 1
        or available_from is distinct from earlier_available_from
        or discontinued_at is distinct from earlier_discontinued_at

),

first_variants as (

    select
        *,
        lead(described_from) over (
            partition by parent_id
            order by described_from asc nulls last
        ) as described_until
    from variant_rows
    where
        product_id = first_product_id
        and occurrence = 1

),

moments as (

    select
        parent_id,
        described_from as moment
    from changed_sales
    union
    select
        parent_id,
        described_from as moment
    from first_variants

),

-- On sale is what has a variant on sale.
sold as (

    select
        moments.parent_id,
        moments.moment,
        case
            when count(changed_sales.available_from) = count(*)
                then min(changed_sales.available_from)
        end as available_from,
        case
            when count(changed_sales.discontinued_at) = count(*)
                then max(changed_sales.discontinued_at)
        end as discontinued_at
    from moments
    inner join changed_sales
        on
            moments.parent_id = changed_sales.parent_id
            and moments.moment >= changed_sales.described_from
            and coalesce(moments.moment < changed_sales.described_until, true)
    group by moments.parent_id, moments.moment

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

-- A parent is described by its own rows, and before the first of them by the variant
-- that was described first: what is added later changes nothing before it.
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
    from own_rows
    where occurrence = 1
    union all
    select
        first_variants.parent_id,
        first_variants.source_system,
        first_variants.title,
        first_variants.description,
        first_variants.category,
        first_variants.subcategory,
        first_variants.brand,
        first_variants.seller_id,
        first_variants.attributes,
        first_variants.price,
        first_variants.unit_cost,
        sold.available_from,
        sold.discontinued_at,
        nullif(sold.moment, timestamp '1900-01-01') as valid_from
    from sold
    inner join first_variants
        on
            sold.parent_id = first_variants.parent_id
            and sold.moment >= first_variants.described_from
            and coalesce(sold.moment < first_variants.described_until, true)
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
