with

sums as (

    select * from {{ ref('int_off_policy__sums') }}

),

clipped as (

    select * from {{ ref('int_off_policy__clipped') }}

),

errors as (

    select * from {{ ref('int_off_policy__errors') }}

),

largest_weights as (

    select * from {{ ref('int_off_policy__largest_weights') }}

),

joined as (

    select
        sums.*,
        sums.count_clicks / cast(sums.count_rows as double) as rate,
        sums.clicked_weight / nullif(sums.weight, 0) as snips,
        coalesce(clipped.clicked_weight, 0) as clipped,
        errors.ips_standard_error,
        errors.ips_gain_error,
        errors.ips_clipped_standard_error,
        errors.ips_clipped_gain_error,
        errors.snips_standard_error,
        errors.snips_gain_error,
        errors.dr_standard_error,
        errors.dr_gain_error,
        errors.mean_weight_standard_error,
        largest_weights.weight as largest_weight,
        largest_weights.impression_id as largest_impression_id,
        largest_weights.propensity as largest_propensity
    from sums
    inner join errors
        on
            sums.log_key = errors.log_key
            and sums.target_kind = errors.target_kind
            and sums.target = errors.target
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

final as (

    select
        log_key,
        target_kind,
        target,
        count_rows,
        count_clicks,
        weight,
        rate,
        clicked_weight / count_rows as ips,
        ips_standard_error,
        ips_gain_error,
        clipped / count_rows as ips_clipped,
        ips_clipped_standard_error,
        ips_clipped_gain_error,
        snips,
        snips_standard_error,
        snips_gain_error,
        robust / count_rows as dr,
        dr_standard_error,
        dr_gain_error,
        coalesce(weight * weight / nullif(weight_squares, 0), 0) as effective_sample,
        coalesce(
            clicked_weight * clicked_weight / nullif(clicked_weight_squares, 0), 0
        ) as effective_clicks,
        weight / count_rows as mean_weight,
        mean_weight_standard_error,
        largest_weight,
        largest_weight / nullif(weight, 0) as largest_weight_rate,
        largest_impression_id,
        largest_propensity,
        unsupported / count_rows as unsupported_rate
    from joined

)

select * from final
