{{ config(enabled=aisle.checked_var('is_newcomers_enabled')) }}

{#- Gumbel noise of a keyed hash; half a step off nought keeps the logarithm finite. -#}
{%- set noise = "-ln(-ln(" ~ aisle.hash_uniform(
    "concat_ws('', 'newcomers:', profiles.customer_id, ':', products.product_id)"
) ~ " + power(2, -33)))" -%}
{%- set list_length = var('list_length') -%}

with

profiles as (

    select * from {{ ref('int_candidates__newcomer_profiles') }}

),

pools as (

    select * from {{ ref('int_candidates__newcomer_pools') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

-- Noise moves every product up or down by some places, for each customer otherwise: a
-- draw without replacement, in which what sells best is likeliest.
drawn as (

    select
        profiles.fold_id,
        profiles.customer_key,
        pools.product_key,
        pools.rank as pool_rank,
        row_number() over (
            partition by profiles.fold_id, profiles.customer_key
            order by
                pools.rank
                - {{ aisle.checked_var('newcomer_spread') }} * {{ list_length }}
                * {{ noise }} asc,
                pools.rank asc
        ) as draw
    from profiles
    inner join pools
        on
            profiles.fold_id = pools.fold_id
            and profiles.region = pools.region
            and profiles.profile = pools.profile
    inner join products
        on
            pools.fold_id = products.fold_id
            and pools.product_key = products.product_key

),

-- One list's length after the other; within each what sells best leads.
ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key
            order by
                ceil(cast(draw as double) / {{ list_length }}) asc, pool_rank asc
        ) as rank
    from drawn

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        cast('newcomers' as {{ dbt.type_string() }}) as candidate_source,
        cast(1 / rank as double) as score,
        rank
    from ranked
    where rank <= {{ var('candidates_per_source') }}

)

select * from final
