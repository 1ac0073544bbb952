{{ config(materialized='view') }}

with

candidates as (

    select * from {{ ref('int_ranking__candidates') }}
    where is_personal

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'train'

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

labelled as (

    select
        candidates.*,
        folds.fold_key,
        relevant.product_key is not null as is_relevant
    from candidates
    inner join folds
        on candidates.fold_id = folds.fold_id
    left join relevant
        on
            candidates.fold_id = relevant.fold_id
            and candidates.customer_key = relevant.customer_key
            and candidates.product_key = relevant.product_key

),

-- Thinned evenly within the customer: thinned by kind, a ranker unlearns the kind.
final as (

    select *
    from labelled
    where
        is_relevant
        or {{ aisle.hash_uniform(
            "concat_ws('', '" ~ var('ranker_seed') ~ ":', cast(fold_key as "
            ~ dbt.type_string() ~ "), ':', cast(customer_key as " ~ dbt.type_string()
            ~ "), ':', cast(product_key as " ~ dbt.type_string() ~ "))"
        ) }} < {{ var('ranker_negative_rate') }}

)

select * from final
