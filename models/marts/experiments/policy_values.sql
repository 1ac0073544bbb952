{#- When an estimate is refused, and when it is approximate. Propensities are logged with
    few digits, so the mean weight of a policy that draws evenly may miss 1 by little. -#}
{%- set least_sample = 100 -%}
{%- set largest_rate = 0.1 -%}
{%- set unsupported_rate = 0.01 -%}
{%- set tolerance = 0.001 -%}
{%- set least_clicks = 50 -%}
{%- set thin_clicks = 100 -%}
{%- set estimators = ['ips', 'snips', 'dr', 'ips_clipped'] -%}
{%- set text = dbt.type_string() -%}

with

estimates as (

    select * from {{ ref('int_off_policy__estimates') }}

),

truths as (

    select * from {{ ref('int_off_policy__truths') }}

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

bounded as (

    select
        *,
        mean_weight - 1.96 * mean_weight_standard_error as mean_weight_low,
        mean_weight + 1.96 * mean_weight_standard_error as mean_weight_high
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

judged as (

    select
        *,
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
        end as reason
    from reasoned

),

unpivoted as (

    {% for estimator in estimators -%}
        select
            judged.*,
            '{{ estimator }}' as estimator,
            case when judged.refusal is null then judged.{{ estimator }} end as value,
            case
                when judged.refusal is null
                    then judged.{{ estimator }}_standard_error
            end as standard_error,
            truths.rate as on_policy_rate,
            truths.standard_error as on_policy_standard_error,
            {% if estimator == 'ips_clipped' -%}
                cast(null as double)
            {%- else -%}
                truths.{{ estimator }}_error
            {%- endif %} as truth_error
        from judged
        left join truths
            on
                judged.log_key = truths.log_key
                and judged.target_kind = truths.target_kind
                and judged.target = truths.target
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

compared as (

    select
        *,
        case when truth_error is not null then value - on_policy_rate end as difference,
        sqrt(standard_error * standard_error + truth_error * truth_error)
            as difference_error
    from unpivoted

),

final as (

    select
        logs.experiment_id,
        logs.placement,
        logs.policy,
        compared.target_kind,
        compared.target,
        compared.estimator,
        compared.status,
        compared.reason,
        case when logs.count_slots > 1 then 'independent_slots' else 'single_slot' end
            as assumption,
        compared.value,
        compared.standard_error,
        compared.value - 1.96 * compared.standard_error as ci_low,
        compared.value + 1.96 * compared.standard_error as ci_high,
        compared.on_policy_rate,
        compared.on_policy_rate - 1.96 * compared.on_policy_standard_error
            as on_policy_ci_low,
        compared.on_policy_rate + 1.96 * compared.on_policy_standard_error
            as on_policy_ci_high,
        compared.difference,
        compared.difference - 1.96 * compared.difference_error as difference_ci_low,
        compared.difference + 1.96 * compared.difference_error as difference_ci_high,
        compared.count_clicks / cast(compared.count_rows as double) as logged_rate,
        compared.effective_sample,
        compared.effective_clicks,
        compared.mean_weight,
        compared.mean_weight_low as mean_weight_ci_low,
        compared.mean_weight_high as mean_weight_ci_high,
        compared.largest_weight,
        compared.largest_weight_rate,
        compared.largest_impression_id,
        compared.largest_propensity,
        compared.unsupported_rate,
        cast(compared.count_rows as bigint) as count_rows,
        cast(compared.count_clicks as bigint) as count_clicks,
        compared.effective_clicks < {{ thin_clicks }} as is_thin_support
    from compared
    inner join logs
        on compared.log_key = logs.log_key

)

select * from final
