with

weighted as (

    select * from {{ ref('int_off_policy__weighted') }}

),

listed as (

    select * from {{ ref('int_off_policy__listed') }}

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
    union all
    select
        log_key,
        target_kind,
        target,
        slot,
        half,
        count(*) as count_rows,
        count(case when is_clicked then 1 end) as count_clicks,
        {{ aisle.exact_wide_sum('weight') }} as weight,
        {{ aisle.exact_wide_sum('weight * weight') }} as weight_squares,
        {{ aisle.exact_wide_sum('case when is_clicked then weight else 0 end') }}
            as clicked_weight,
        {{ aisle.exact_wide_sum(
            'case when is_clicked then weight * weight else 0 end'
        ) }} as clicked_weight_squares,
        {{ aisle.exact_wide_sum('predicted_rate') }} / count(*) as predicted_rate,
        {{ aisle.exact_wide_sum(
            'weight * (case when is_clicked then 1 else 0 end - predicted_rate)'
        ) }} as residual,
        count(case when not is_drawn then 1 end) / cast(count(*) as double)
            as unsupported_rate
    from listed
    group by log_key, target_kind, target, slot, half

)

select * from final
