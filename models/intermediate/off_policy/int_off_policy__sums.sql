with

slot_sums as (

    select * from {{ ref('int_off_policy__slot_sums') }}

),

-- The doubly robust term of a row is what the model predicts for the target in its slot
-- and half, plus the weighted residual.
final as (

    select
        log_key,
        target_kind,
        target,
        cast(sum(count_rows) as bigint) as count_rows,
        cast(sum(count_clicks) as bigint) as count_clicks,
        {{ aisle.exact_wide_sum('weight') }} as weight,
        {{ aisle.exact_wide_sum('weight_squares') }} as weight_squares,
        {{ aisle.exact_wide_sum('clicked_weight') }} as clicked_weight,
        {{ aisle.exact_wide_sum('clicked_weight_squares') }} as clicked_weight_squares,
        {{ aisle.exact_wide_sum('count_rows * predicted_rate + residual') }} as robust,
        {{ aisle.exact_wide_sum('count_rows * unsupported_rate') }} as unsupported
    from slot_sums
    group by log_key, target_kind, target

)

select * from final
