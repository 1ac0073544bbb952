{#- The lower slot of a discovery costs some clicks by itself: a loss below this share
    decides nothing. -#}
{%- set slot_loss = '0.2e0' -%}
{%- set list_length = aisle.checked_var('list_length') -%}
{%- set share = aisle.checked_var('discovery_share') -%}

with

caps as (

    select * from {{ ref('int_fatigue__caps') }}
    where
        fold_id = 'serving'
        and click_propensity = 'all'

),

rules as (

    select min(condition_value) as seen_times
    from {{ ref('int_rules__rules') }}
    where condition = 'seen_times'

),

by_customer as (

    select * from {{ ref('int_fatigue__contrasts') }}

),

summed as (

    select
        setting,
        segment,
        count(*) as customers,
        {% for side in ['subject', 'other'] -%}
            cast(sum({{ side }}_impressions) as double) as {{ side }}_impressions,
            cast(sum({{ side }}_clicks) as double) as {{ side }}_clicks,
            {{ aisle.exact_sum(side ~ '_expected', 9) }} as {{ side }}_expected
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from by_customer
    group by setting, segment

),

{{ aisle.ratio_of_ratios(['subject', 'other'], ['setting', 'segment']) }},

bounded as (

    select
        *,
        ratio * exp(-{{ aisle.normal_quantile() }} * log_error) as ci_low,
        ratio * exp({{ aisle.normal_quantile() }} * log_error) as ci_high,
        case setting when 'discovery_share' then {{ slot_loss }} else 0 end as slot_loss
    from measured

),

judged as (

    select
        *,
        case
            when ci_low > 1 then 'up'
            when ci_high < 1 - slot_loss then 'down'
            else 'keep'
        end as suggestion
    from bounded

),

suggested as (

    select
        setting,
        segment,
        suggestion,
        case setting when 'discovery_share' then {{ share }} end as current_value,
        case
            when setting = 'discovery_share'
                then
                    least(greatest((
                        round({{ share }} * {{ list_length }})
                        + case suggestion
                            when 'up' then 1 when 'down' then -1 else 0
                        end
                    ) / {{ list_length }}, 0), 0.5)
        end as suggested_value,
        ratio,
        ci_low,
        ci_high,
        subject_impressions as count_impressions
    from judged
    union all
    select
        'seen_times' as setting,
        case
            when caps.position_group = 'all' then 'all'
            else concat_ws(' ', 'slots', caps.position_group)
        end as segment,
        case
            when caps.seen_times is null then 'keep'
            when coalesce(caps.seen_times < rules.seen_times, true) then 'down'
            when caps.seen_times > rules.seen_times then 'up'
            else 'keep'
        end as suggestion,
        rules.seen_times as current_value,
        caps.seen_times as suggested_value,
        cast(null as double) as ratio,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        cast(null as double) as count_impressions
    from caps
    cross join rules
    where
        (caps.position_group = 'all') = (caps.strata = 'slots_and_propensity')

),

final as (

    select
        setting,
        segment,
        suggestion,
        cast(current_value as double) as current_value,
        cast(suggested_value as double) as suggested_value,
        cast(ratio as double) as click_ratio,
        cast(ci_low as double) as click_ratio_ci_low,
        cast(ci_high as double) as click_ratio_ci_high,
        cast(count_impressions as bigint) as count_impressions
    from suggested

)

select * from final
