{#- When an estimate is refused, and when it is approximate. Propensities are logged
    with few digits, so the mean weight of an even draw may miss 1 by a little. -#}
{%- set least_sample = 100 -%}
{%- set largest_rate = 0.1 -%}
{%- set unsupported_rate = 0.01 -%}
{%- set tolerance = 0.001 -%}
{%- set least_clicks = 50 -%}
{%- set text = dbt.type_string() -%}

with

estimates as (

    select * from {{ ref('int_off_policy__estimates') }}

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

agreement as (

    select * from {{ ref('int_off_policy__agreement') }}

),

-- Of a variant no more is known than what it showed to others.
bounded as (

    select
        estimates.*,
        estimates.target_kind != 'variant'
        or coalesce(agreement.is_same_for_all, false) as is_known,
        {{ aisle.interval(
            'estimates.mean_weight',
            'estimates.mean_weight_standard_error',
            'mean_weight'
        ) }}
    from estimates
    inner join logs
        on estimates.log_key = logs.log_key
    left join agreement
        on
            logs.experiment_id = agreement.experiment_id
            and logs.placement = agreement.placement
            and estimates.target = agreement.target

),

reasoned as (

    select
        *,
        nullif(
            concat_ws(
                '; ',
                case
                    when effective_sample < {{ least_sample }}
                        then concat_ws(
                            '',
                            'effective sample ',
                            cast(cast(floor(effective_sample) as bigint) as {{ text }}),
                            ' is below {{ least_sample }}'
                        )
                end,
                case
                    when largest_weight_rate > {{ largest_rate }}
                        then concat_ws(
                            '',
                            'impression ',
                            largest_impression_id,
                            ' with propensity ',
                            cast(
                                {{ aisle.exact_decimal('largest_propensity', 9) }}
                                as {{ text }}
                            ),
                            ' has ',
                            {{ aisle.percent_text('largest_weight_rate') }},
                            ' of the weight'
                        )
                end,
                case
                    when unsupported_rate > {{ unsupported_rate }}
                        then concat_ws(
                            '',
                            {{ aisle.percent_text('unsupported_rate') }},
                            ' of what the target shows was never drawn'
                        )
                end,
                case
                    when
                        mean_weight_low <= 1 + {{ tolerance }}
                        and mean_weight_high >= 1 - {{ tolerance }}
                        then null
                    else concat_ws(
                        '',
                        'mean weight ',
                        cast({{ aisle.exact_decimal('mean_weight', 3) }} as {{ text }}),
                        ' is not 1 within its interval'
                    )
                end
            ),
            ''
        ) as refusal,
        nullif(
            concat_ws(
                '; ',
                case
                    when effective_clicks < {{ least_clicks }}
                        then concat_ws(
                            '',
                            'effective clicks ',
                            cast(cast(floor(effective_clicks) as bigint) as {{ text }}),
                            ' are below {{ least_clicks }}'
                        )
                end,
                case
                    when not is_known
                        then 'the target may not draw alike for all customers'
                end
            ),
            ''
        ) as doubt
    from bounded

),

final as (

    select
        log_key,
        target_kind,
        target,
        case
            when refusal is not null then 'refused'
            when doubt is not null then 'approximate'
            else 'supported'
        end as status,
        coalesce(refusal, doubt) as reason,
        mean_weight_low,
        mean_weight_high
    from reasoned

)

select * from final
