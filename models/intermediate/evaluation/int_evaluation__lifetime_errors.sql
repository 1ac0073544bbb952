with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

expected as (

    select * from {{ ref('int_features__lifetime_value') }}
    where expected_holdout_orders is not null

),

models as (

    select * from {{ ref('int_features__lifetime_models') }}

),

orders as (

    select * from {{ ref('int_folds__holdout_orders') }}

),

ordered as (

    select
        fold_id,
        customer_key,
        count(distinct order_date) as count_orders
    from orders
    group by fold_id, customer_key

),

-- The mean model: everybody goes on at the rate of all customers before the cutoff.
compared as (

    select
        expected.fold_id,
        expected.customer_key,
        expected.expected_holdout_orders as predicted,
        models.mean_orders_per_day * {{ var('fold_days') }} as mean_predicted,
        coalesce(ordered.count_orders, 0) as observed,
        ntile(10) over (
            partition by expected.fold_id
            order by
                expected.expected_holdout_orders asc nulls last,
                expected.customer_key asc
        ) as tenth
    from expected
    inner join folds
        on expected.fold_id = folds.fold_id
    inner join models
        on expected.fold_id = models.fold_id
    left join ordered
        on
            expected.fold_id = ordered.fold_id
            and expected.customer_key = ordered.customer_key

),

final as (

    select
        fold_id,
        customer_key,
        cast(tenth as integer) as tenth,
        predicted,
        observed,
        abs(predicted - observed) as error,
        abs(mean_predicted - observed) as mean_model_error
    from compared

)

select * from final
