{%- set list_length = aisle.checked_var('list_length') -%}
{%- set salt = aisle.checked_var('discovery_salt') | replace("'", "''") -%}

with

openings as (

    select * from {{ ref('int_diversity__openings') }}

),

distances as (

    select * from {{ ref('int_diversity__distances') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

folds as (

    select
        fold_id,
        floor(
            {{ aisle.days_since_monday(aisle.add_days('cutoff_at', var('gap_days'))) }}
            / 7
        ) as week
    from {{ ref('folds') }}

),

eligible as (

    select
        openings.*,
        distances.seed_product_key,
        distances.distance,
        distances.discovery_kind,
        -- Each slot draws from a set of its own.
        (
            row_number() over (
                partition by openings.list_key
                order by openings.place asc nulls last
            ) - 1
        ) % openings.count_discoveries as draw
    from openings
    inner join distances
        on
            openings.fold_id = distances.fold_id
            and openings.customer_key = distances.customer_key
            and openings.product_key = distances.product_key
    where
        distances.discovery_kind is not null
        and distances.distance >= {{ var('discovery_least_distance') }}
        and distances.distance <= {{ var('discovery_most_distance') }}

),

-- Whole numbers, so that shares are exact.
weighted as (

    select
        *,
        cast(
            round(
                1e9 * exp(
                    (
                        relevance
                        / max(relevance) over (partition by list_key, draw) - 1
                    ) / {{ var('discovery_temperature') }}
                )
            ) as bigint
        ) as draw_weight
    from eligible

),

summed as (

    select
        *,
        sum(draw_weight) over (
            partition by list_key, draw
            order by place asc nulls last
            rows between unbounded preceding and current row
        ) as weight_so_far,
        sum(draw_weight) over (partition by list_key, draw) as total_weight
    from weighted

),

drawn as (

    select
        summed.*,
        summed.total_weight * {{ aisle.hash_uniform(
            "concat_ws(':', '" ~ salt ~ "', customers.customer_id, "
            ~ "cast(cast(folds.week as integer) as " ~ dbt.type_string() ~ "), "
            ~ "cast(cast(summed.draw as integer) as " ~ dbt.type_string() ~ "))"
        ) }} as mark
    from summed
    inner join folds
        on summed.fold_id = folds.fold_id
    inner join customers
        on
            summed.fold_id = customers.fold_id
            and summed.customer_key = customers.customer_key

),

final as (

    select
        list_key,
        product_key,
        cast({{ list_length }} - count_discoveries + draw + 1 as integer)
            as discovery_slot,
        discovery_kind,
        seed_product_key,
        distance,
        cast(draw_weight as double) / total_weight as propensity
    from drawn
    where
        weight_so_far > mark
        and weight_so_far - draw_weight <= mark

)

select * from final
