with

sums as (

    select * from {{ ref('int_off_policy__sums') }}

),

clipped as (

    select * from {{ ref('int_off_policy__clipped') }}

),

largest_weights as (

    select * from {{ ref('int_off_policy__largest_weights') }}

),

joined as (

    select
        sums.*,
        sums.clicked_weight / nullif(sums.weight, 0) as snips,
        coalesce(clipped.clicked_weight, 0) as clipped,
        coalesce(clipped.clicked_weight_squares, 0) as clipped_squares,
        largest_weights.weight as largest_weight,
        largest_weights.impression_id as largest_impression_id,
        largest_weights.propensity as largest_propensity
    from sums
    left join clipped
        on
            sums.log_key = clipped.log_key
            and sums.target_kind = clipped.target_kind
            and sums.target = clipped.target
    left join largest_weights
        on
            sums.log_key = largest_weights.log_key
            and sums.target_kind = largest_weights.target_kind
            and sums.target = largest_weights.target

),

-- The standard error of a ratio is that of its residuals: w * (y - ratio).
final as (

    select
        log_key,
        target_kind,
        target,
        count_rows,
        count_clicks,
        weight,
        clicked_weight / count_rows as ips,
        {{ aisle.standard_error(
            'count_rows', 'clicked_weight', 'clicked_weight_squares'
        ) }} as ips_standard_error,
        clipped / count_rows as ips_clipped,
        {{ aisle.standard_error('count_rows', 'clipped', 'clipped_squares') }}
            as ips_clipped_standard_error,
        snips,
        sqrt(
            greatest(
                clicked_weight_squares * (1 - 2 * snips)
                + snips * snips * weight_squares,
                0
            )
        ) / nullif(weight, 0) as snips_standard_error,
        robust / count_rows as dr,
        {{ aisle.standard_error('count_rows', 'robust', 'robust_squares') }}
            as dr_standard_error,
        coalesce(weight * weight / nullif(weight_squares, 0), 0) as effective_sample,
        coalesce(
            clicked_weight * clicked_weight / nullif(clicked_weight_squares, 0), 0
        ) as effective_clicks,
        weight / count_rows as mean_weight,
        {{ aisle.standard_error('count_rows', 'weight', 'weight_squares') }}
            as mean_weight_standard_error,
        largest_weight,
        largest_weight / nullif(weight, 0) as largest_weight_rate,
        largest_impression_id,
        largest_propensity,
        unsupported / count_rows as unsupported_rate
    from joined

)

select * from final
