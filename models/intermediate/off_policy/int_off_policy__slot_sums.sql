with

weighted as (

    select * from {{ ref('int_off_policy__weighted') }}

),

final as (

    select
        log_key,
        target_kind,
        target,
        slot,
        half,
        cast(sum(count_rows) as bigint) as count_rows,
        cast(sum(count_clicks) as bigint) as count_clicks,
        {{ aisle.exact_wide_sum('probability * inverse') }} as weight,
        {{ aisle.exact_wide_sum('probability * probability * inverse_squares') }}
            as weight_squares,
        {{ aisle.exact_wide_sum('probability * clicked_inverse') }} as clicked_weight,
        {{ aisle.exact_wide_sum(
            'probability * probability * clicked_inverse_squares'
        ) }} as clicked_weight_squares,
        {{ aisle.exact_wide_sum('probability * predicted_rate') }} as predicted_rate,
        {{ aisle.exact_wide_sum(
            'probability * (clicked_inverse - predicted_rate * inverse)'
        ) }} as residual,
        {{ aisle.exact_wide_sum('case when is_drawn then 0 else probability end') }}
            as unsupported_rate
    from weighted
    group by log_key, target_kind, target, slot, half

)

select * from final
