with

source_rows as (

    select * from {{ aisle.connector_relation('inventory') }}

),

variants as (

    select * from {{ ref('input_product_variants') }}

),

rolled_up as (

    select
        source_rows.*,
        -- What is owed of one variant is not taken from the others.
        greatest(source_rows.units_on_hand, 0) as units_to_sell,
        coalesce(variants.product_id, source_rows.product_id) as parent_product_id,
        source_rows.units_on_hand is not null and source_rows.observed_at is not null
            as is_observation
    from source_rows
    left join variants
        on source_rows.product_id = variants.variant_product_id

),

changed as (

    select
        *,
        case
            when is_observation
                then
                    {{ aisle.exact_decimal('units_to_sell') }}
                    - coalesce(
                        lag({{ aisle.exact_decimal('units_to_sell') }}) over (
                            partition by product_id, is_observation
                            order by observed_at asc nulls last, source_row_id asc
                        ),
                        0
                    )
        end as change
    from rolled_up

),

-- A product has what its variants had when each was last counted: adding up the changes
-- gives that at every count of any of them.
totalled as (

    select
        *,
        sum(change) over (
            partition by parent_product_id, is_observation
            order by observed_at asc nulls last
            range between unbounded preceding and current row
        ) as total_units
    from changed

),

final as (

    select
        source_row_id,
        source_system,
        parent_product_id as product_id,
        product_id as variant_product_id,
        invalid_columns,
        case when is_observation then cast(total_units as double) end as units_on_hand,
        units_on_hand as variant_units_on_hand,
        observed_at
    from totalled

)

select * from final
