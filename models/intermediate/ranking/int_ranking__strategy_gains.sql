with

ndcg as (

    select * from {{ ref('int_ranking__list_ndcg') }}

),

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        and fold_role in ('validation', 'train')

),

use_cases as (

    select * from {{ ref('int_folds__open_use_cases') }}
    where
        use_case = 'evaluation'
        and is_open

),

halves as (

    select * from {{ ref('int_features__validation_halves') }}

),

-- The half of the validation customers that tuned nothing, and the folds before it, but
-- for those with too few customers to be measured.
compared as (

    select
        {{ aisle.shelf_of_task('ndcg.task') }} as placement,
        ndcg.fold_id,
        ndcg.strategy,
        ndcg.customer_key,
        ndcg.ndcg
    from ndcg
    inner join folds
        on ndcg.fold_id = folds.fold_id
    inner join use_cases
        on ndcg.fold_id = use_cases.fold_id
    left join halves
        on
            ndcg.fold_id = halves.fold_id
            and ndcg.customer_key = halves.customer_key
    where
        ndcg.strategy != 'random'
        and coalesce(halves.half, 'choose') = 'choose'

),

baseline as (

    select * from compared
    where strategy = 'personal_frequency'

),

by_fold as (

    select
        compared.placement,
        compared.strategy,
        compared.fold_id,
        {{ aisle.exact_avg('compared.ndcg', 9) }} as ndcg,
        {{ aisle.exact_avg('compared.ndcg - baseline.ndcg', 9) }} as gain
    from compared
    inner join baseline
        on
            compared.placement = baseline.placement
            and compared.fold_id = baseline.fold_id
            and compared.customer_key = baseline.customer_key
    group by compared.placement, compared.strategy, compared.fold_id

),

-- Against a strategy that is there in every fold: a ranker has none for the earliest.
averaged as (

    select
        placement,
        strategy,
        {{ aisle.exact_avg('ndcg', 9) }} as ndcg,
        {{ aisle.exact_avg('gain', 9) }} as gain
    from by_fold
    group by placement, strategy

),

bests as (

    select
        *,
        row_number() over (
            partition by placement
            order by gain desc, strategy asc
        ) as position
    from averaged

),

best as (

    select
        compared.*,
        bests.ndcg as best_ndcg
    from compared
    inner join bests
        on
            compared.placement = bests.placement
            and compared.strategy = bests.strategy
    where bests.position = 1

),

paired as (

    select
        compared.placement,
        compared.strategy,
        best.strategy as best_strategy,
        best.best_ndcg,
        compared.fold_id,
        count(*) as count_customers,
        {{ aisle.exact_sum('compared.ndcg - best.ndcg', 9) }} as total,
        {{ aisle.exact_sum(
            '(compared.ndcg - best.ndcg) * (compared.ndcg - best.ndcg)', 9
        ) }} as squares
    from compared
    inner join best
        on
            compared.placement = best.placement
            and compared.fold_id = best.fold_id
            and compared.customer_key = best.customer_key
    group by
        compared.placement,
        compared.strategy,
        best.strategy,
        best.best_ndcg,
        compared.fold_id

),

errors as (

    select
        *,
        total / count_customers as difference,
        {{ aisle.standard_error('count_customers', 'total', 'squares') }}
            as standard_error
    from paired

),

-- The mean of independent folds: its variance is the sum of theirs over their number
-- squared.
pooled as (

    select
        placement,
        strategy,
        best_strategy,
        best_ndcg,
        count(*) as count_folds,
        sum(count_customers) as count_customers,
        {{ aisle.exact_avg('difference', 9) }} as difference,
        sqrt({{ aisle.exact_sum('standard_error * standard_error', 12) }})
        / count(*) as standard_error
    from errors
    group by placement, strategy, best_strategy, best_ndcg

),

final as (

    select
        pooled.placement,
        pooled.strategy,
        pooled.best_strategy,
        averaged.ndcg,
        averaged.gain,
        pooled.best_ndcg,
        pooled.difference,
        pooled.standard_error,
        {{ aisle.interval('pooled.difference', 'coalesce(pooled.standard_error, 0)') }},
        pooled.count_folds,
        cast(pooled.count_customers as bigint) as count_customers,
        case pooled.strategy
            {% for strategy in aisle.strategies() -%}
                when '{{ strategy.name }}' then {{ strategy.level }}
            {% endfor %}
        end as level
    from pooled
    inner join averaged
        on
            pooled.placement = averaged.placement
            and pooled.strategy = averaged.strategy

)

select * from final
