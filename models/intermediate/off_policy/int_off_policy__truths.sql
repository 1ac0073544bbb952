{#- The rows of a variant give it both its probabilities and its rate, so chance in them
    moves an estimate and the truth alike. One row moves the estimate by what one more
    impression of its product is worth, and the rate by its click: the variance is that
    of the difference of the two over rows, as resampling both logs would find it. -#}
{%- set estimators = ['ips', 'snips', 'dr'] -%}

with

weighted as (

    select * from {{ ref('int_off_policy__weighted') }}

),

slot_sums as (

    select * from {{ ref('int_off_policy__slot_sums') }}

),

estimates as (

    select * from {{ ref('int_off_policy__estimates') }}

),

cells as (

    select * from {{ ref('int_off_policy__cells') }}

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

slopes as (

    select
        weighted.log_key,
        weighted.target_kind,
        weighted.target,
        weighted.slot,
        weighted.product_id,
        max(weighted.target_rows) as target_rows,
        max(weighted.target_clicks) as target_clicks,
        {{ aisle.exact_wide_sum('weighted.clicked_inverse / estimates.count_rows') }}
            as ips_slope,
        {{ aisle.exact_wide_sum(
            '(weighted.clicked_inverse - estimates.snips * weighted.inverse)'
            ' / nullif(estimates.weight, 0)'
        ) }} as snips_slope,
        {{ aisle.exact_wide_sum(
            '(slot_sums.count_rows * weighted.predicted_rate'
            ' + weighted.clicked_inverse'
            ' - weighted.predicted_rate * weighted.inverse) / estimates.count_rows'
        ) }} as dr_slope
    from weighted
    inner join slot_sums
        on
            weighted.log_key = slot_sums.log_key
            and weighted.target_kind = slot_sums.target_kind
            and weighted.target = slot_sums.target
            and weighted.slot = slot_sums.slot
            and weighted.half = slot_sums.half
    inner join estimates
        on
            weighted.log_key = estimates.log_key
            and weighted.target_kind = estimates.target_kind
            and weighted.target = estimates.target
    where weighted.target_rows > 0
    group by
        weighted.log_key,
        weighted.target_kind,
        weighted.target,
        weighted.slot,
        weighted.product_id

),

-- One more of a product is one less of the others of the slot.
slots as (

    select
        log_key,
        target_kind,
        target,
        slot,
        sum(target_rows) as slot_rows,
        {% for estimator in estimators -%}
            {{ aisle.exact_wide_sum('target_rows * ' ~ estimator ~ '_slope') }}
            / sum(target_rows) as {{ estimator }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from slopes
    group by log_key, target_kind, target, slot

),

targets as (

    select
        log_key,
        target_kind,
        target,
        sum(target_rows) as count_rows,
        sum(target_clicks) as count_clicks,
        sum(target_clicks) / cast(sum(target_rows) as double) as rate
    from slopes
    group by log_key, target_kind, target

),

centred as (

    select
        slopes.log_key,
        slopes.target_kind,
        slopes.target,
        slopes.target_rows,
        slopes.target_clicks,
        targets.rate,
        {% for estimator in estimators -%}
            (slopes.{{ estimator }}_slope - slots.{{ estimator }}_slope)
            * targets.count_rows / slots.slot_rows as {{ estimator }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from slopes
    inner join slots
        on
            slopes.log_key = slots.log_key
            and slopes.target_kind = slots.target_kind
            and slopes.target = slots.target
            and slopes.slot = slots.slot
    inner join targets
        on
            slopes.log_key = targets.log_key
            and slopes.target_kind = targets.target_kind
            and slopes.target = targets.target

),

variant_squares as (

    select
        log_key,
        target_kind,
        target,
        {% for estimator in estimators -%}
            {%- set slope = estimator ~ '_slope' -%}
            {{ aisle.exact_wide_sum(
                'target_rows * ' ~ slope ~ ' * ' ~ slope
                ~ ' - 2 * ' ~ slope ~ ' * (target_clicks - target_rows * rate)'
                ~ ' + target_clicks * (1 - 2 * rate) + target_rows * rate * rate'
            ) }} as {{ estimator }}_squares
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from centred
    group by log_key, target_kind, target

),

log_slots as (

    select distinct
        log_key,
        slot
    from slot_sums

),

-- What draws evenly is the truth of the random target, whose probabilities are no
-- estimates.
uniform as (

    select
        logs.log_key,
        'random' as target_kind,
        'random' as target,
        sum(cells.count_rows) as count_rows,
        sum(cells.count_clicks) as count_clicks,
        sum(cells.count_clicks) / cast(sum(cells.count_rows) as double) as rate
    from logs
    inner join log_slots
        on logs.log_key = log_slots.log_key
    inner join logs as other_logs
        on
            logs.experiment_id = other_logs.experiment_id
            and logs.placement = other_logs.placement
            and logs.log_key != other_logs.log_key
    inner join cells
        on
            other_logs.experiment_id = cells.experiment_id
            and other_logs.placement = cells.placement
            and other_logs.policy = cells.policy
            and log_slots.slot = cells.slot
    where
        other_logs.is_uniform
        and logs.experiment_id != 'none'
    group by logs.log_key

),

logged as (

    select
        targets.log_key,
        targets.target_kind,
        targets.target,
        targets.count_rows,
        targets.count_clicks,
        targets.rate,
        {% for estimator in estimators -%}
            variant_squares.{{ estimator }}_squares
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from targets
    inner join variant_squares
        on
            targets.log_key = variant_squares.log_key
            and targets.target_kind = variant_squares.target_kind
            and targets.target = variant_squares.target
    union all
    select
        log_key,
        target_kind,
        target,
        count_rows,
        count_clicks,
        rate,
        {% for estimator in estimators -%}
            count_clicks * (1 - rate) as {{ estimator }}_squares
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from uniform

),

final as (

    select
        log_key,
        target_kind,
        target,
        cast(count_rows as bigint) as count_rows,
        cast(count_clicks as bigint) as count_clicks,
        rate,
        {{ aisle.standard_error('count_rows', 'count_clicks', 'count_clicks') }}
            as standard_error,
        {% for estimator in estimators -%}
            sqrt(
                greatest({{ estimator }}_squares, 0)
                / nullif(count_rows * (count_rows - 1), 0)
            ) as {{ estimator }}_error
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from logged

)

select * from final
