{#- Of what an estimate is the mean of: sum, sum of squares, sum over clicks. -#}
{%- set gains = [
    ('ips', 'clicked_weight', 'clicked_weight_squares', 'clicked_weight'),
    ('ips_clipped', 'clipped', 'clipped_squares', 'clipped'),
    ('dr', 'robust', 'robust_squares', 'clicked_robust'),
] -%}

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
        sums.count_clicks / cast(sums.count_rows as double) as rate,
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

-- The standard error of a ratio is that of its residuals: w * (y - ratio). An estimate
-- and the rate of the log share their rows: the error of a gain is that of differences
-- row by row.
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
        {% for name, total, squares, clicked in gains -%}
            {{ aisle.standard_error(
                'count_rows',
                '(' ~ total ~ ' - count_clicks)',
                '(' ~ squares ~ ' - 2 * ' ~ clicked ~ ' + count_clicks)'
            ) }} as {{ name }}_gain_error,
        {% endfor -%}
        sqrt(
            greatest(
                (
                    clicked_weight_squares * (1 - 2 * snips)
                    + snips * snips * weight_squares
                ) * count_rows / nullif(weight * weight, 0)
                - 2 * (
                    clicked_weight * (1 - rate - snips) + snips * rate * weight
                ) / nullif(weight, 0)
                + rate * (1 - rate),
                0
            ) / case when weight > 0 then count_rows end
        ) as snips_gain_error,
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
