with

finds as (

    select * from {{ ref('int_monitoring__weekly_finds') }}

),

grouped as (

    select
        'all' as category,
        fold_id,
        customer_key,
        holdout_week,
        case when is_found then 1 else 0 end as found
    from finds
    union all
    select
        category,
        fold_id,
        customer_key,
        holdout_week,
        case when is_found then 1 else 0 end as found
    from finds
    where category != 'all'

),

means as (

    select
        category,
        {{ aisle.exact_avg('holdout_week') }} as mean_week,
        {{ aisle.exact_avg('found') }} as mean_found,
        count(distinct customer_key) as count_customers,
        count(*) as count_purchases
    from grouped
    group by category

),

centred as (

    select
        grouped.*,
        means.mean_week,
        means.mean_found,
        means.count_customers,
        means.count_purchases,
        grouped.holdout_week - means.mean_week as week_deviation
    from grouped
    inner join means
        on grouped.category = means.category

),

-- A straight line through the share found by week, by least squares.
slopes as (

    select
        category,
        mean_week,
        mean_found,
        count_customers,
        count_purchases,
        {{ aisle.exact_sum('week_deviation * week_deviation') }} as week_squares,
        {{ aisle.exact_sum('week_deviation * found') }}
        / nullif({{ aisle.exact_sum('week_deviation * week_deviation') }}, 0) as slope
    from centred
    group by category, mean_week, mean_found, count_customers, count_purchases

),

-- The purchases of one customer are not independent of each other.
customer_scores as (

    select
        centred.category,
        centred.fold_id,
        centred.customer_key,
        {{ aisle.exact_sum(
            'centred.week_deviation * (centred.found - centred.mean_found'
            ~ ' - slopes.slope * centred.week_deviation)'
        ) }} as score
    from centred
    inner join slopes
        on centred.category = slopes.category
    group by centred.category, centred.fold_id, centred.customer_key

),

score_squares as (

    select
        category,
        {{ aisle.exact_sum('score * score') }} as squares
    from customer_scores
    group by category

),

fitted as (

    select
        slopes.*,
        -- A line that begins below nothing has no share that could be lost.
        nullif(greatest(
            slopes.mean_found + slopes.slope * (1 - slopes.mean_week), 0
        ), 0) as first_week_rate,
        sqrt(score_squares.squares) / nullif(slopes.week_squares, 0) as slope_error
    from slopes
    inner join score_squares
        on slopes.category = score_squares.category

),

final as (

    select
        category,
        first_week_rate,
        slope,
        slope_error,
        -slope / first_week_rate as weekly_loss,
        {{ aisle.interval(
            '-slope / first_week_rate',
            'slope_error / first_week_rate',
            'weekly_loss_ci'
        ) }},
        cast(count_purchases as bigint) as count_purchases,
        cast(count_customers as bigint) as count_customers
    from fitted

)

select * from final
