with

identity as (

    select * from {{ ref('int_releases__identity') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

inputs as (

    select * from {{ ref('int_releases__inputs') }}

),

settings as (

    select * from {{ ref('int_releases__settings') }}

),

products as (

    select * from {{ ref('input_products') }}

),

interactions as (

    select * from {{ ref('int_folds__interactions') }}

),

recommendations as (

    select * from {{ ref('customer_recommendations') }}

),

settings_hashed as (

    select
        md5({{ aisle.string_list(
            "concat_ws(': ', setting_kind, setting_id, experiment_id, value)"
        ) }}) as settings_hash
    from settings

),

inputs_counted as (

    select
        coalesce(sum(count_rows) filter (
            where input_name = 'customers'
        ), 0) as count_customers,
        coalesce(sum(count_rows) filter (
            where input_name = 'products'
        ), 0) as count_product_rows,
        coalesce(sum(count_rows) filter (
            where input_name = 'interactions'
        ), 0) as count_interaction_rows
    from inputs

),

-- A product has a row for each variant and each version of its price.
products_counted as (

    select count(distinct product_id) as count_products
    from products

),

interactions_counted as (

    select count(*) as count_interactions
    from interactions

),

recommendations_counted as (

    select count(*) as count_recommendations
    from recommendations

),

final as (

    select
        identity.release_id,
        identity.evaluated_release_id,
        identity.vars,
        identity.code_hash,
        identity.rules_hash,
        settings_hashed.settings_hash,
        identity.inputs_hash,
        identity.package_version,
        '{{ dbt_version }}' as dbt_version,
        {{ aisle.engine_version() }} as engine_version,
        '{{ var("currency") }}' as currency,
        cast(inputs_counted.count_customers as bigint) as count_customers,
        cast(products_counted.count_products as bigint) as count_products,
        cast(interactions_counted.count_interactions as bigint) as count_interactions,
        cast(inputs_counted.count_product_rows as bigint) as count_product_rows,
        cast(inputs_counted.count_interaction_rows as bigint)
            as count_interaction_rows,
        cast(
            recommendations_counted.count_recommendations as bigint
        ) as count_recommendations,
        as_of.as_of,
        coalesce(identity.full_as_of, as_of.as_of) as evaluated_as_of
    from identity
    cross join as_of
    cross join settings_hashed
    cross join inputs_counted
    cross join products_counted
    cross join interactions_counted
    cross join recommendations_counted

)

select * from final
