with

errors as (

    select * from {{ ref('int_evaluation__rating_errors') }}

),

by_customer as (

    select
        fold_id,
        strategy,
        customer_key,
        count(*) as count_ratings,
        {{ aisle.exact_sum('error * error') }} as sum_squares,
        {{ aisle.exact_sum('abs(error)') }} as sum_absolute
    from errors
    group by fold_id, strategy, customer_key

),

measured as (

    select
        fold_id,
        strategy,
        count(*) as count_customers,
        sum(count_ratings) as count_ratings,
        {{ aisle.rmse(aisle.exact_sum('sum_squares'), 'sum(count_ratings)') }} as rmse,
        {{ aisle.mae(aisle.exact_sum('sum_absolute'), 'sum(count_ratings)') }} as mae
    from by_customer
    group by fold_id, strategy

),

-- Ratings of one customer hang together: what a customer's errors add up to, beyond
-- what as many ratings would on average, is the unit of chance.
spread as (

    select
        measured.fold_id,
        measured.strategy,
        measured.count_customers,
        measured.count_ratings,
        measured.rmse,
        measured.mae,
        {{ aisle.exact_sum(
            'power(by_customer.sum_squares'
            ~ ' - measured.rmse * measured.rmse * by_customer.count_ratings, 2)'
        ) }} as squares_deviations,
        {{ aisle.exact_sum(
            'power(by_customer.sum_absolute'
            ~ ' - measured.mae * by_customer.count_ratings, 2)'
        ) }} as absolute_deviations
    from measured
    inner join by_customer
        on
            measured.fold_id = by_customer.fold_id
            and measured.strategy = by_customer.strategy
    group by
        measured.fold_id,
        measured.strategy,
        measured.count_customers,
        measured.count_ratings,
        measured.rmse,
        measured.mae

),

-- The root halves the relative error: d sqrt(x) = dx / (2 sqrt(x)).
unpivoted as (

    select
        fold_id,
        strategy,
        'rmse' as metric,
        rmse as value,
        {{ aisle.standard_error('count_customers', '0', 'squares_deviations') }}
        * count_customers / count_ratings / nullif(2 * rmse, 0) as standard_error,
        count_customers
    from spread
    union all
    select
        fold_id,
        strategy,
        'mae' as metric,
        mae as value,
        {{ aisle.standard_error('count_customers', '0', 'absolute_deviations') }}
        * count_customers / count_ratings as standard_error,
        count_customers
    from spread

),

final as (

    select
        fold_id,
        'relevance_only' as scenario_id,
        strategy,
        metric,
        value,
        standard_error,
        count_customers
    from unpivoted

)

select * from final
