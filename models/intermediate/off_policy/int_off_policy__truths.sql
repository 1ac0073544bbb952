{#- The rows of a variant give it both its probabilities and its rate, so chance in them
    moves an estimate and the truth alike. One row moves the estimate by what one more
    impression of its product is worth, and the rate by its click: the variance is that
    of the difference of the two over customers, as resampling both logs by customer
    would find it. -#}
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
        sum(target_rows) as count_rows
    from slopes
    group by log_key, target_kind, target

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
            * targets.count_rows / slots.slot_rows as {{ estimator }}_slope
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
    inner join targets
        on
            slopes.log_key = targets.log_key
            and slopes.target_kind = targets.target_kind
            and slopes.target = targets.target

),

log_slots as (

    select distinct
        log_key,
        slot
    from slot_sums

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
        on logs.log_key = log_slots.log_key
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

customers as (

    select
        log_key,
        target_kind,
        target,
        count(*) as count_rows,
        count(case when is_clicked then 1 end) as count_clicks,
        {% for estimator in estimators -%}
            {{ aisle.exact_wide_sum(
                estimator ~ '_slope - case when is_clicked then 1 else 0 end'
            ) }} as {{ estimator }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from shown
    group by
        log_key,
        target_kind,
        target,
        customer_id,
        case when customer_id is null then impression_id end

),

summed as (

    select
        log_key,
        target_kind,
        target,
        count(*) as count_customers,
        sum(count_rows) as count_rows,
        sum(count_rows * count_rows) as row_squares,
        {% for name in ['count_clicks'] + estimators -%}
            {{ aisle.exact_wide_sum(name) }} as {{ name }},
            {{ aisle.exact_wide_sum(name ~ ' * ' ~ name) }} as {{ name }}_squares,
            {{ aisle.exact_wide_sum(name ~ ' * count_rows') }} as {{ name }}_products
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from customers
    group by log_key, target_kind, target

),

final as (

    select
        log_key,
        target_kind,
        target,
        cast(count_rows as bigint) as count_rows,
        cast(count_clicks as bigint) as count_clicks,
        count_clicks / count_rows as rate,
        {% for name, error in {
            'count_clicks': 'standard_error', 'ips': 'ips_error',
            'snips': 'snips_error', 'dr': 'dr_error'
        }.items() -%}
            {{ aisle.ratio_standard_error(
                'count_customers',
                name,
                'count_rows',
                name ~ '_squares',
                'row_squares',
                name ~ '_products'
            ) }} as {{ error }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from summed

)

select * from final
