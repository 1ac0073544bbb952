{{ config(enabled=aisle.checked_var('is_questionnaire_enabled')) }}

with

-- Products are scored once per set of answers.
profiles as (

    select distinct
        fold_id,
        customer_key,
        profile
    from {{ ref('int_candidates__answer_profiles') }}

),

matches as (

    select * from {{ ref('int_candidates__answer_weights') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

-- Buyers of 30 days decide, those of 90 between equals: together they are below one.
demand as (

    select
        fold_id,
        product_key,
        popularity_rank,
        count_buyers_30d
        + count_buyers_90d
        / cast(1 + max(count_buyers_90d) over (partition by fold_id) as double)
            as demand
    from products

),

ranked as (

    select
        matches.fold_id,
        matches.profile,
        matches.product_key,
        matches.weight * demand.demand as score,
        row_number() over (
            partition by matches.fold_id, matches.profile
            order by matches.weight * demand.demand desc, demand.popularity_rank asc
        ) as rank
    from matches
    inner join demand
        on
            matches.fold_id = demand.fold_id
            and matches.product_key = demand.product_key
    where demand.demand > 0

),

final as (

    select
        profiles.fold_id,
        profiles.customer_key,
        ranked.product_key,
        cast('questionnaire' as {{ dbt.type_string() }}) as candidate_source,
        cast(ranked.score as double) as score,
        ranked.rank
    from profiles
    inner join ranked
        on
            profiles.fold_id = ranked.fold_id
            and profiles.profile = ranked.profile
    where ranked.rank <= {{ var('candidates_per_source') }}

)

select * from final
