{#- Of what each estimate is the mean over a log's rows; what is summed by customer. -#}
{%- set means = {
    'ips': 'clicked_weight', 'ips_clipped': 'clipped', 'dr': 'robust'
} -%}
{%- set sums = [
    'count_rows', 'count_clicks', 'weight', 'clicked_weight', 'clipped', 'robust'
] -%}

with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}
    where propensity is not null

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

weighted as (

    select * from {{ ref('int_off_policy__weighted') }}
    where count_rows > 0

),

slot_sums as (

    select * from {{ ref('int_off_policy__slot_sums') }}

),

listed as (

    select * from {{ ref('int_off_policy__listed') }}

),

drawn as (

    select
        logs.log_key,
        impressions.customer_id,
        case when impressions.customer_id is null then impressions.impression_id end
            as lone_impression_id,
        impressions.slot,
        impressions.product_id,
        impressions.half,
        impressions.propensity,
        case when impressions.is_clicked then 1 else 0 end as is_clicked
    from impressions
    inner join logs
        on
            impressions.experiment_id = logs.experiment_id
            and impressions.placement = logs.placement
            and impressions.policy = logs.policy

),

rows_weighed as (

    select
        weighted.log_key,
        weighted.target_kind,
        weighted.target,
        drawn.customer_id,
        drawn.lone_impression_id,
        drawn.is_clicked,
        weighted.probability / drawn.propensity as weight,
        weighted.predicted_rate,
        slot_sums.predicted_rate as target_rate
    from drawn
    inner join weighted
        on
            drawn.log_key = weighted.log_key
            and drawn.slot = weighted.slot
            and drawn.product_id = weighted.product_id
            and drawn.half = weighted.half
    inner join slot_sums
        on
            weighted.log_key = slot_sums.log_key
            and weighted.target_kind = slot_sums.target_kind
            and weighted.target = slot_sums.target
            and weighted.slot = slot_sums.slot
            and weighted.half = slot_sums.half
    union all
    select
        log_key,
        target_kind,
        target,
        customer_id,
        null as lone_impression_id,
        case when is_clicked then 1 else 0 end as is_clicked,
        weight,
        predicted_rate,
        predicted_rate as target_rate
    from listed

),

-- What a customer is shown in one visit, and does, hangs together.
customers as (

    select
        log_key,
        target_kind,
        target,
        customer_id,
        lone_impression_id,
        count(*) as count_rows,
        sum(is_clicked) as count_clicks,
        {{ aisle.exact_wide_sum('weight') }} as weight,
        {{ aisle.exact_wide_sum('is_clicked * weight') }} as clicked_weight,
        {{ aisle.exact_wide_sum(
            'is_clicked * least(weight, ' ~ var('off_policy_clip') ~ ')'
        ) }} as clipped,
        {{ aisle.exact_wide_sum(
            'target_rate + weight * (is_clicked - predicted_rate)'
        ) }} as robust
    from rows_weighed
    group by log_key, target_kind, target, customer_id, lone_impression_id

),

summed as (

    select
        log_key,
        target_kind,
        target,
        count(*) as count_customers
        {%- for name in sums -%}
            ,
            {{ aisle.exact_wide_sum(name) }} as {{ name }}
            {%- for other in sums[:loop.index] -%}
                ,
                {{ aisle.exact_wide_sum(name ~ ' * ' ~ other) }}
                    as {{ other }}_by_{{ name }}
            {%- endfor -%}
        {%- endfor %}
    from customers
    group by log_key, target_kind, target

),

rated as (

    select
        *,
        count_clicks / count_rows as rate,
        clicked_weight / nullif(weight, 0) as snips
    from summed

),

-- An estimate and the rate of the log share their rows: the error of a gain is that of
-- differences customer by customer. A customer moves SNIPS by the weighted residuals
-- w * (y - snips).
final as (

    select
        log_key,
        target_kind,
        target,
        cast(count_customers as bigint) as count_customers,
        {% for name, sum in means.items() -%}
            {{ aisle.ratio_standard_error(
                'count_customers',
                sum,
                'count_rows',
                sum ~ '_by_' ~ sum,
                'count_rows_by_count_rows',
                'count_rows_by_' ~ sum
            ) }} as {{ name }}_standard_error,
            {{ aisle.ratio_standard_error(
                'count_customers',
                '(' ~ sum ~ ' - count_clicks)',
                'count_rows',
                '(' ~ sum ~ '_by_' ~ sum ~ ' - 2 * count_clicks_by_' ~ sum
                ~ ' + count_clicks_by_count_clicks)',
                'count_rows_by_count_rows',
                '(count_rows_by_' ~ sum ~ ' - count_rows_by_count_clicks)'
            ) }} as {{ name }}_gain_error,
        {% endfor -%}
        {{ aisle.ratio_standard_error(
            'count_customers',
            'clicked_weight',
            'weight',
            'clicked_weight_by_clicked_weight',
            'weight_by_weight',
            'weight_by_clicked_weight'
        ) }} as snips_standard_error,
        case
            when count_customers > 1 and weight > 0
                then sqrt(
                    greatest(
                        (
                            clicked_weight_by_clicked_weight
                            - 2 * snips * weight_by_clicked_weight
                            + snips * snips * weight_by_weight
                        ) / (weight * weight)
                        - 2 * (
                            count_clicks_by_clicked_weight
                            - rate * count_rows_by_clicked_weight
                            - snips * count_clicks_by_weight
                            + snips * rate * count_rows_by_weight
                        ) / (weight * count_rows)
                        + (
                            count_clicks_by_count_clicks
                            - 2 * rate * count_rows_by_count_clicks
                            + rate * rate * count_rows_by_count_rows
                        ) / (count_rows * count_rows),
                        0
                    ) * count_customers / (count_customers - 1)
                )
        end as snips_gain_error,
        {{ aisle.ratio_standard_error(
            'count_customers',
            'weight',
            'count_rows',
            'weight_by_weight',
            'count_rows_by_count_rows',
            'count_rows_by_weight'
        ) }} as mean_weight_standard_error
    from rated

)

select * from final
