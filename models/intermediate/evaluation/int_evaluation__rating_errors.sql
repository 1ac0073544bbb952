with

predictions as (

    {% if var('is_biased_mf_enabled') -%}
        select * from {{ ref('int_evaluation__rating_predictions') }}
    {%- else -%}
        select
            cast(null as {{ dbt.type_string() }}) as fold_id,
            cast(null as {{ dbt.type_string() }}) as strategy,
            cast(null as bigint) as customer_key,
            cast(null as bigint) as product_key,
            cast(null as double) as predicted_rating
        where false
    {%- endif %}

),

ratings as (

    select * from {{ ref('int_folds__holdout_ratings') }}

),

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

-- Nobody can rate beyond the ends of the scale.
predicted as (

    select
        predictions.fold_id,
        predictions.strategy,
        predictions.customer_key,
        predictions.product_key,
        ratings.rating,
        least(
            greatest(predictions.predicted_rating, {{ var('rating_min') }}),
            {{ var('rating_max') }}
        ) as predicted_rating
    from predictions
    inner join folds
        on predictions.fold_id = folds.fold_id
    inner join ratings
        on
            predictions.fold_id = ratings.fold_id
            and predictions.customer_key = ratings.customer_key
            and predictions.product_key = ratings.product_key

),

final as (

    select
        fold_id,
        strategy,
        customer_key,
        product_key,
        rating,
        predicted_rating,
        predicted_rating - rating as error
    from predicted

)

select * from final
