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

bounded as (

    select
        *,
        {{ aisle.interval('mean_weight', 'mean_weight_standard_error', 'mean_weight') }}
    from estimates

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
        ) as refusal
    from bounded

),

final as (

    select
        log_key,
        target_kind,
        target,
        case
            when refusal is not null then 'refused'
            when effective_clicks < {{ least_clicks }} then 'approximate'
            else 'supported'
        end as status,
        case
            when refusal is not null then refusal
            when effective_clicks < {{ least_clicks }}
                then concat_ws(
                    '',
                    'effective clicks ',
                    cast(cast(floor(effective_clicks) as bigint) as {{ text }}),
                    ' are below {{ least_clicks }}'
                )
        end as reason,
        mean_weight_low,
        mean_weight_high
    from reasoned

)

select * from final
