{#- Sorted by integers instead of names: this is the largest sort of a build. Behind a
    thousand times its fold's key stands a strategy's. -#}
{%- set personal = aisle.strategies() | selectattr('kind', 'eq', 'personal') | list -%}
{%- set keys = {} -%}
{%- for strategy in aisle.strategies() -%}
    {%- do keys.update({strategy.name: strategy.key}) -%}
{%- endfor -%}
{%- set single_task_keys = aisle.strategies()
    | selectattr('task', 'eq', 'new_to_customer') | map(attribute='key') | list -%}

with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

proposals as (

    select * from {{ ref('int_candidates__proposals') }}
    where fold_key in (select folds.fold_key from folds)

),

personal_customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

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

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where is_bought

),

baselines as (

    select * from {{ ref('int_ranking__baselines') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

-- Without history the blend has only trends to go by: popularity does better.
scored as (

    select
        fold_key,
        case source_key
            {% for source in aisle.candidate_sources() -%}
                {% if source.kind != 'global' -%}
                    when {{ loop.index }} then {{ keys[source.name] }}
                {% endif -%}
            {% endfor -%}
            else 0
        end as strategy_key,
        customer_key,
        product_key,
        score
    from proposals
    union all
    select
        folds.fold_key,
        {{ keys.blend }} as strategy_key,
        blend.customer_key,
        blend.product_key,
        blend.score
    from blend
    inner join folds
        on blend.fold_id = folds.fold_id
    inner join personal_customers
        on
            blend.fold_id = personal_customers.fold_id
            and blend.customer_key = personal_customers.customer_key
    {% for strategy in personal if strategy.is_ranker is defined -%}
        union all
        select
            folds.fold_key,
            {{ strategy.key }} as strategy_key,
            ranker.customer_key,
            ranker.product_key,
            ranker.{{ strategy.score }} as score
        from ranker
        inner join folds
            on ranker.fold_id = folds.fold_id
        where ranker.{{ strategy.score }} is not null
    {% endfor %}

),

-- A source that found nothing in a fold, or a ranker without folds to learn from, would
-- show the list of popularity as its own.
present as (

    select distinct
        fold_key,
        strategy_key
    from scored
    where strategy_key > 0
    union
    select
        fold_key,
        {{ keys.blend }} as strategy_key
    from folds

),

best_sellers as (

    select
        folds.fold_id,
        folds.fold_key,
        products.product_key
    from products
    inner join folds
        on products.fold_id = folds.fold_id
    where
        products.is_sellable
        and products.popularity_rank <= {{ var('candidates_per_source') }}

),

-- A list that a strategy cannot fill is filled up by popularity.
filled as (

    select
        fold_key,
        strategy_key,
        customer_key,
        product_key,
        score
    from scored
    where strategy_key > 0
    union all
    select
        best_sellers.fold_key,
        present.strategy_key,
        customers.customer_key,
        best_sellers.product_key,
        cast(null as double) as score
    from best_sellers
    inner join present
        on best_sellers.fold_key = present.fold_key
    inner join customers
        on best_sellers.fold_id = customers.fold_id

),

merged as (

    select
        fold_key,
        strategy_key,
        cast(customer_key as integer) as customer_key,
        cast(product_key as integer) as product_key,
        max(score) as score
    from filled
    group by fold_key, strategy_key, customer_key, product_key

),

contenders as (

    select
        merged.fold_key,
        merged.strategy_key,
        merged.customer_key,
        merged.product_key,
        customer_products.product_key is not null as is_bought,
        merged.score,
        products.popularity_rank
    from merged
    inner join folds
        on merged.fold_key = folds.fold_key
    inner join customers
        on
            folds.fold_id = customers.fold_id
            and merged.customer_key = customers.customer_key
    inner join products
        on
            folds.fold_id = products.fold_id
            and merged.product_key = products.product_key
    left join customer_products
        on
            folds.fold_id = customer_products.fold_id
            and merged.customer_key = customer_products.customer_key
            and merged.product_key = customer_products.product_key
    union all
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
        partition by
            {{ aisle.list_number('(1000 * fold_key + strategy_key)', 'customer_key') }}
        order by score desc nulls last, cast(popularity_rank as integer) asc
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
