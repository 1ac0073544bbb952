{#- The rows of a variant give it both its probabilities and its rate, so chance in them
    moves an estimate and the truth alike. One row moves the estimate by what one more
    impression of its product is worth, and the rate by its click: the variance is that
    of the difference of the two over customers, as resampling both logs by customer
    would find it. A slot counts as often as in the log. -#}
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

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}

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
        sum(sum(target_rows)) over (
            partition by log_key, target_kind, target
        ) as count_rows,
        {% for estimator in estimators -%}
            {{ aisle.exact_wide_sum('target_rows * ' ~ estimator ~ '_slope') }}
            / sum(target_rows) as {{ estimator }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from slopes
    group by log_key, target_kind, target, slot

),

centred as (

    select
        logs.experiment_id,
        logs.placement,
        slopes.log_key,
        slopes.target_kind,
        slopes.target,
        slopes.slot,
        slopes.product_id,
        {% for estimator in estimators -%}
            (slopes.{{ estimator }}_slope - slots.{{ estimator }}_slope)
            * slots.count_rows / slots.slot_rows as {{ estimator }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from slopes
    inner join logs
        on slopes.log_key = logs.log_key
    inner join slots
        on
            slopes.log_key = slots.log_key
            and slopes.target_kind = slots.target_kind
            and slopes.target = slots.target
            and slopes.slot = slots.slot

),

log_slots as (

    select
        log_key,
        target_kind,
        target,
        slot,
        sum(count_rows) as count_rows
    from slot_sums
    group by log_key, target_kind, target, slot

),

-- What draws evenly is the truth of the random target, whose probabilities are no
-- estimates.
even as (

    select
        logs.log_key,
        log_slots.slot,
        even_logs.experiment_id,
        even_logs.placement,
        even_logs.policy
    from logs
    inner join log_slots
        on
            logs.log_key = log_slots.log_key
            and log_slots.target_kind = 'random'
    inner join logs as even_logs
        on
            logs.experiment_id = even_logs.experiment_id
            and logs.placement = even_logs.placement
            and logs.log_key != even_logs.log_key
    where
        even_logs.is_uniform
        and logs.experiment_id != 'none'

),

shown as (

    select
        centred.log_key,
        centred.target_kind,
        centred.target,
        centred.slot,
        impressions.customer_id,
        impressions.impression_id,
        impressions.is_clicked,
        {% for estimator in estimators -%}
            centred.{{ estimator }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from centred
    inner join impressions
        on
            centred.experiment_id = impressions.experiment_id
            and centred.placement = impressions.placement
            and centred.target = impressions.policy
            and centred.slot = impressions.slot
            and centred.product_id = impressions.product_id
    union all
    select
        even.log_key,
        'random' as target_kind,
        'random' as target,
        even.slot,
        impressions.customer_id,
        impressions.impression_id,
        impressions.is_clicked,
        {% for estimator in estimators -%}
            0 as {{ estimator }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from even
    inner join impressions
        on
            even.experiment_id = impressions.experiment_id
            and even.placement = impressions.placement
            and even.policy = impressions.policy
            and even.slot = impressions.slot
    where impressions.propensity is not null

),

slot_rates as (

    select
        log_key,
        target_kind,
        target,
        slot,
        count(*) as count_rows,
        count(case when is_clicked then 1 end) / cast(count(*) as double) as rate
    from shown
    group by log_key, target_kind, target, slot

),

-- A slot's part of the log over its part of the target's rows.
mixed as (

    select
        slot_rates.*,
        cast(log_slots.count_rows as double)
        * sum(slot_rates.count_rows) over (
            partition by slot_rates.log_key, slot_rates.target_kind, slot_rates.target
        ) / slot_rates.count_rows
        / sum(log_slots.count_rows) over (
            partition by slot_rates.log_key, slot_rates.target_kind, slot_rates.target
        ) as row_weight
    from slot_rates
    inner join log_slots
        on
            slot_rates.log_key = log_slots.log_key
            and slot_rates.target_kind = log_slots.target_kind
            and slot_rates.target = log_slots.target
            and slot_rates.slot = log_slots.slot

),

-- What a row does to the rate, times the rows.
moved as (

    select
        shown.*,
        mixed.row_weight,
        mixed.row_weight
        * (case when shown.is_clicked then 1 else 0 end - mixed.rate) as rate_slope
    from shown
    inner join mixed
        on
            shown.log_key = mixed.log_key
            and shown.target_kind = mixed.target_kind
            and shown.target = mixed.target
            and shown.slot = mixed.slot

),

customers as (

    select
        log_key,
        target_kind,
        target,
        count(*) as count_rows,
        count(case when is_clicked then 1 end) as count_clicks,
        {{ aisle.exact_wide_sum('case when is_clicked then row_weight else 0 end') }}
            as clicked_weight,
        {{ aisle.exact_wide_sum('rate_slope') }} as rate_moved,
        {% for estimator in estimators -%}
            {{ aisle.exact_wide_sum(estimator ~ '_slope - rate_slope') }}
                as {{ estimator }}_moved
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from moved
    group by
        log_key,
        target_kind,
        target,
        customer_id,
        case when customer_id is null then impression_id end

),

-- What the rows of a slot move adds up to nothing: the variance is the sum of squares.
final as (

    select
        log_key,
        target_kind,
        target,
        cast(sum(count_rows) as bigint) as count_rows,
        cast(sum(count_clicks) as bigint) as count_clicks,
        {{ aisle.exact_wide_sum('clicked_weight') }} / sum(count_rows) as rate,
        {% for name, error in {
            'rate': 'standard_error', 'ips': 'ips_error', 'snips': 'snips_error',
            'dr': 'dr_error'
        }.items() -%}
            case
                when count(*) > 1
                    then sqrt(
                        {{ aisle.exact_wide_sum(name ~ '_moved * ' ~ name ~ '_moved') }}
                        * count(*) / (count(*) - 1)
                    ) / sum(count_rows)
            end as {{ error }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from customers
    group by log_key, target_kind, target

)

select * from final
