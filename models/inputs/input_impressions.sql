with

source_rows as (

    select * from {{ aisle.connector_relation('impressions') }}

),

profiles as (

    select * from {{ ref('input_customer_profiles') }}

),

variants as (

    select * from {{ ref('input_product_variants') }}

),

final as (

    select
        source_rows.source_row_id,
        source_rows.source_system,
        source_rows.impression_id,
        coalesce(profiles.customer_id, source_rows.customer_id) as customer_id,
        coalesce(variants.product_id, source_rows.product_id) as product_id,
        source_rows.product_id as variant_product_id,
        source_rows.placement,
        source_rows.release_id,
        source_rows.strategy,
        source_rows.scenario_id,
        source_rows.experiment_id,
        source_rows.variant,
        source_rows.invalid_columns,
        source_rows.slot,
        source_rows.propensity,
        source_rows.is_discovery,
        source_rows.served_at,
        source_rows.clicked_at
    from source_rows
    left join profiles
        on source_rows.customer_id = profiles.source_customer_id
    left join variants
        on source_rows.product_id = variants.variant_product_id
    where coalesce(profiles.is_consenting, {{ var('is_consent_assumed') }})

)

select * from final
