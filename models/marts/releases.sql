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

recommendations as (

    select * from {{ ref('customer_recommendations') }}

),

inputs_counted as (

    select
        coalesce(sum(count_rows) filter (
            where input_name = 'customers'
        ), 0) as count_customers,
        coalesce(sum(count_rows) filter (
            where input_name = 'products'
        ), 0) as count_products,
        coalesce(sum(count_rows) filter (
            where input_name = 'interactions'
        ), 0) as count_interactions
    from inputs

),

recommendations_counted as (

    select count(*) as count_recommendations
    from recommendations

),

final as (

    select
        identity.release_id,
        identity.vars,
        identity.code_hash,
        identity.inputs_hash,
        identity.package_version,
        '{{ dbt_version }}' as dbt_version,
        {{ aisle.engine_version() }} as engine_version,
        '{{ var("currency") }}' as currency,
        cast(inputs_counted.count_customers as bigint) as count_customers,
        cast(inputs_counted.count_products as bigint) as count_products,
        cast(inputs_counted.count_interactions as bigint) as count_interactions,
        cast(
            recommendations_counted.count_recommendations as bigint
        ) as count_recommendations,
        as_of.as_of
    from identity
    cross join as_of
    cross join inputs_counted
    cross join recommendations_counted

)

select * from final
