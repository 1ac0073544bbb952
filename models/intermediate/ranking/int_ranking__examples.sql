{{ config(materialized='view') }}

with

candidates as (

    select * from {{ ref('int_ranking__candidates') }}
    where is_personal

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('train', 'validation')

),

grades as (

    select * from {{ ref('int_ranking__grades') }}

),

labelled as (

    select
        candidates.*,
        folds.fold_key,
        coalesce(grades.grade, 0) as grade
    from candidates
    inner join folds
        on candidates.fold_id = folds.fold_id
    left join grades
        on
            candidates.fold_id = grades.fold_id
            and candidates.customer_key = grades.customer_key
            and candidates.product_key = grades.product_key

),

-- Thinned evenly within the customer: thinned by kind, a ranker unlearns the kind.
final as (

    select *
    from labelled
    where
        grade > 0
        or {{ aisle.hash_uniform(
            "concat_ws('', '" ~ var('ranker_seed') ~ ":', cast(fold_key as "
            ~ dbt.type_string() ~ "), ':', cast(customer_key as " ~ dbt.type_string()
            ~ "), ':', cast(product_key as " ~ dbt.type_string() ~ "))"
        ) }} < {{ var('ranker_negative_rate') }}

)

select * from final
