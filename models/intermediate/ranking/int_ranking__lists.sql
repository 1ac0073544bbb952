{#- Sorted by integers instead of names: this is the largest sort of a build. -#}
{%- set personal = aisle.strategies() | selectattr('kind', 'eq', 'personal') | list -%}
{%- set rankers = personal | selectattr('is_ranker', 'defined') | list -%}
{%- set sources = personal | rejectattr('is_ranker', 'defined')
    | rejectattr('name', 'eq', 'blend') | list -%}
{%- set single_task_keys = aisle.strategies()
    | selectattr('task', 'eq', 'new_to_customer') | map(attribute='key') | list -%}

with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

candidates as (

    select * from {{ ref('int_ranking__fused') }}

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

ranker as (

    select * from {{ ref('int_ranking__ranker') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

baselines as (

    select * from {{ ref('int_ranking__baselines') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

-- A source that found nothing in a fold, or a ranker without folds to learn from, would
-- show the list of popularity as its own.
candidate_scores as (

    select
        {% for source in sources -%}
            count({{ source.score }}) as count_{{ source.name }},
        {% endfor -%}
        fold_id
    from candidates
    group by fold_id

),

ranker_scores as (

    select
        {% for ranker in rankers -%}
            count({{ ranker.score }}) as count_{{ ranker.name }},
        {% endfor -%}
        fold_id
    from ranker
    group by fold_id

),

scored as (

    select
        folds.fold_key,
        {% for source in sources -%}
            candidate_scores.count_{{ source.name }} > 0 as has_{{ source.name }},
        {% endfor -%}
        {% for ranker in rankers -%}
            ranker_scores.count_{{ ranker.name }} > 0 as has_{{ ranker.name }},
        {% endfor -%}
        candidates.customer_key,
        candidates.product_key,
        candidates.is_bought,
        {% for source in sources -%}
            candidates.{{ source.score }},
        {% endfor -%}
        products.popularity_rank,
        -- Without history the blend has only trends to go by: popularity does better.
        case when candidates.is_personal then blend.score end as blend_score,
        ranker.ranker_score,
        ranker.ranker_new_score
    from candidates
    inner join folds
        on candidates.fold_id = folds.fold_id
    inner join customers
        on
            candidates.fold_id = customers.fold_id
            and candidates.customer_key = customers.customer_key
    inner join products
        on
            candidates.fold_id = products.fold_id
            and candidates.product_key = products.product_key
    left join blend
        on
            candidates.fold_id = blend.fold_id
            and candidates.customer_key = blend.customer_key
            and candidates.product_key = blend.product_key
    inner join candidate_scores
        on candidates.fold_id = candidate_scores.fold_id
    left join ranker_scores
        on candidates.fold_id = ranker_scores.fold_id
    left join ranker
        on
            candidates.fold_id = ranker.fold_id
            and candidates.customer_key = ranker.customer_key
            and candidates.product_key = ranker.product_key

),

-- A list that a strategy cannot fill is filled up by popularity.
contenders as (

    select
        folds.fold_key,
        case baselines.strategy
            {% for strategy in aisle.strategies() -%}
                when '{{ strategy.name }}' then {{ strategy.key }}
            {% endfor %}
        end as strategy_key,
        baselines.customer_key,
        baselines.product_key,
        baselines.is_bought,
        baselines.score,
        baselines.popularity_rank
    from baselines
    inner join folds
        on baselines.fold_id = folds.fold_id
    {% for strategy in personal -%}
        union all
        select
            fold_key,
            {{ strategy.key }} as strategy_key,
            customer_key,
            product_key,
            is_bought,
            cast({{ strategy.score }} as double) as score,
            popularity_rank
        from scored
        where
            {{ 'true' if strategy.name == 'blend' else 'has_' ~ strategy.name }}
            and (
                {{ strategy.score }} is not null
                or popularity_rank <= {{ var('candidates_per_source') }}
            )
    {% endfor %}

),

-- One sort serves both ranks: among its kind a product stands behind as many of the
-- list as share its kind.
ranked as (

    select
        fold_key,
        strategy_key,
        customer_key,
        product_key,
        is_bought,
        row_number() over list as rank_of_all,
        count(case when is_bought then 1 end) over list as count_bought
    from contenders
    window list as (
        partition by fold_key, strategy_key, customer_key
        order by score desc nulls last, popularity_rank asc
        rows between unbounded preceding and current row
    )

),

split as (

    select
        *,
        case when is_bought then count_bought else rank_of_all - count_bought end
            as rank_of_kind
    from ranked

),

-- Filtered first, then cut: each task has full lists of its own.
tasks as (

    select
        fold_key,
        strategy_key,
        'all' as task,
        customer_key,
        product_key,
        rank_of_all as rank
    from split
    where
        rank_of_all <= {{ var('evaluation_depth') }}
        and strategy_key not in ({{ single_task_keys | join(', ') }})
    union all
    select
        fold_key,
        strategy_key,
        case when is_bought then 'repeat' else 'new_to_customer' end as task,
        customer_key,
        product_key,
        rank_of_kind as rank
    from split
    where
        rank_of_kind <= {{ var('evaluation_depth') }}
        and (not is_bought or strategy_key not in ({{ single_task_keys | join(', ') }}))

),

final as (

    select
        folds.fold_id,
        case tasks.strategy_key
            {% for strategy in aisle.strategies() -%}
                when {{ strategy.key }} then '{{ strategy.name }}'
            {% endfor %}
        end as strategy,
        tasks.task,
        tasks.customer_key,
        tasks.product_key,
        cast(tasks.rank as integer) as rank
    from tasks
    inner join folds
        on tasks.fold_key = folds.fold_key

)

select * from final
