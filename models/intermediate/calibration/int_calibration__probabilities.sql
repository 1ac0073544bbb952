with

candidates as (

    select * from {{ ref('int_calibration__candidates') }}

),

activity as (

    select * from {{ ref('int_calibration__activity') }}

),

product_models as (

    select * from {{ aisle.of_full_build('int_calibration__product_models') }}

),

conditional as (

    select
        candidates.fold_id,
        candidates.customer_key,
        candidates.product_key,
        candidates.strategy,
        candidates.is_bought,
        activity.buys_probability,
        1 / (
            1 + exp(-(
                product_models.intercept
                + product_models.weight_score * candidates.score_logit
                + product_models.weight_orders * candidates.log_orders
                + product_models.weight_basket_size * candidates.log_basket_size
            ))
        ) as product_probability
    from candidates
    inner join activity
        on
            candidates.fold_id = activity.fold_id
            and candidates.customer_key = activity.customer_key
    cross join product_models

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        strategy,
        is_bought,
        buys_probability,
        product_probability,
        buys_probability * product_probability as purchase_probability_30d
    from conditional

)

select * from final
