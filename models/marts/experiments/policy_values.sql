{%- set estimators = ['ips', 'snips', 'dr', 'ips_clipped'] -%}
{#- Fewer effective clicks than this make intervals too narrow. -#}
{%- set thin_clicks = 100 -%}

with

estimates as (

    select * from {{ ref('int_off_policy__estimates') }}

),

verdicts as (

    select * from {{ ref('int_off_policy__verdicts') }}

),

truths as (

    select * from {{ ref('int_off_policy__truths') }}

),

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

judged as (

    select
        estimates.*,
        verdicts.status,
        verdicts.reason,
        verdicts.mean_weight_low,
        verdicts.mean_weight_high
    from estimates
    inner join verdicts
        on
            estimates.log_key = verdicts.log_key
            and estimates.target_kind = verdicts.target_kind
            and estimates.target = verdicts.target

),

unpivoted as (

    {% for estimator in estimators -%}
        select
            judged.*,
            '{{ estimator }}' as estimator,
            case when judged.status != 'refused' then judged.{{ estimator }} end
                as value,
            case
                when judged.status != 'refused'
                    then judged.{{ estimator }}_standard_error
            end as standard_error,
            judged.{{ estimator }}_gain_error as gain_error,
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
        concat_ws(
            ', ',
            case
                when logs.count_slots > 1 then 'independent_slots' else 'single_slot'
            end,
            case when compared.target_kind = 'variant' then 'same_for_all' end
        ) as assumption,
        compared.value,
        compared.standard_error,
        {{ aisle.interval('compared.value', 'compared.standard_error') }},
        compared.rate as logged_rate,
        compared.value - compared.rate as gain,
        {{ aisle.interval(
            'compared.value - compared.rate', 'compared.gain_error', 'gain_ci'
        ) }},
        compared.on_policy_rate,
        {{ aisle.interval(
            'compared.on_policy_rate',
            'compared.on_policy_standard_error',
            'on_policy_ci'
        ) }},
        compared.difference,
        {{ aisle.interval(
            'compared.difference', 'compared.difference_error', 'difference_ci'
        ) }},
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
