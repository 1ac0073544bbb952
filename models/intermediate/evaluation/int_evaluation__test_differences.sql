{%- set opponents = ['baseline', 'best'] -%}

with

ndcg as (

    select * from {{ ref('int_ranking__list_ndcg') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'test'

),

gains as (

    select * from {{ ref('int_ranking__strategy_gains') }}

),

tested as (

    select
        {{ aisle.shelf_of_task('ndcg.task') }} as placement,
        ndcg.strategy,
        ndcg.customer_key,
        ndcg.ndcg
    from ndcg
    inner join folds
        on ndcg.fold_id = folds.fold_id

),

-- The same customers on all sides: what is averaged is each customer's difference.
paired as (

    select
        gains.placement,
        gains.strategy,
        gains.best_strategy,
        -0.01 * gains.best_ndcg as bound,
        tested.ndcg - baseline.ndcg as to_baseline,
        tested.ndcg - best.ndcg as to_best
    from gains
    inner join tested
        on
            gains.placement = tested.placement
            and gains.strategy = tested.strategy
    inner join tested as baseline
        on
            tested.placement = baseline.placement
            and tested.customer_key = baseline.customer_key
            and baseline.strategy = 'personal_frequency'
    inner join tested as best
        on
            tested.placement = best.placement
            and tested.customer_key = best.customer_key
            and gains.best_strategy = best.strategy

),

summed as (

    select
        placement,
        strategy,
        best_strategy,
        bound,
        count(*) as count_customers,
        {% for opponent in opponents -%}
            {{ aisle.exact_sum('to_' ~ opponent, 9) }} as total_{{ opponent }},
            {{ aisle.exact_sum('to_' ~ opponent ~ ' * to_' ~ opponent, 9) }}
                as squares_{{ opponent }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from paired
    group by placement, strategy, best_strategy, bound

),

measured as (

    select
        placement,
        strategy,
        best_strategy,
        bound,
        count_customers,
        {% for opponent in opponents -%}
            total_{{ opponent }} / count_customers as mean_{{ opponent }},
            {{ aisle.standard_error(
                'count_customers', 'total_' ~ opponent, 'squares_' ~ opponent
            ) }} as error_{{ opponent }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from summed

),

intervals as (

    select
        placement,
        strategy,
        best_strategy,
        bound,
        mean_baseline as gain,
        {{ aisle.interval('mean_baseline', 'error_baseline', 'gain_ci') }},
        mean_best as difference,
        {{ aisle.interval('mean_best', 'error_best') }},
        count_customers
    from measured

),

final as (

    select
        placement,
        strategy,
        best_strategy,
        case
            when gain_ci_high is null then 'not measurable'
            when gain_ci_high < 0 or ci_high < bound then 'worse'
            when gain_ci_low >= 0 and ci_low >= bound then 'confirmed'
            else 'not told apart'
        end as verdict,
        gain,
        gain_ci_low,
        gain_ci_high,
        difference,
        ci_low,
        ci_high,
        count_customers
    from intervals

)

select * from final
