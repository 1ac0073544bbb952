{%- set personal = aisle.strategies() | selectattr('kind', 'eq', 'personal') | list -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test')

),

candidates as (

    select * from {{ ref('int_ranking__candidates') }}

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

baselines as (

    select * from {{ ref('int_ranking__baselines') }}

),

scored as (

    select
        candidates.*,
        products.popularity_rank,
        blend.score as blend_score
    from candidates
    inner join folds
        on candidates.fold_id = folds.fold_id
    inner join products
        on
            candidates.fold_id = products.fold_id
            and candidates.product_key = products.product_key
    inner join blend
        on
            candidates.fold_id = blend.fold_id
            and candidates.customer_key = blend.customer_key
            and candidates.product_key = blend.product_key

),

-- A list that a strategy cannot fill is filled up by popularity.
contenders as (

    select
        fold_id,
        strategy,
        customer_key,
        product_key,
        is_bought,
        score,
        popularity_rank
    from baselines
    {% for strategy in personal -%}
        union all
        select
            fold_id,
            '{{ strategy.name }}' as strategy,
            customer_key,
            product_key,
            count_orders > 0 as is_bought,
            cast({{ strategy.score }} as double) as score,
            popularity_rank
        from scored
        where
            {{ strategy.score }} is not null
            or popularity_rank <= {{ var('candidates_per_source') }}
    {% endfor %}

),

-- One sort serves both ranks: among its kind a product stands behind as many of the
-- list as share its kind.
ranked as (

    select
        fold_id,
        strategy,
        customer_key,
        product_key,
        is_bought,
        row_number() over list as rank_of_all,
        count(case when is_bought then 1 end) over list as count_bought
    from contenders
    window list as (
        partition by fold_id, strategy, customer_key
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
        fold_id,
        strategy,
        'all' as task,
        customer_key,
        product_key,
        rank_of_all as rank
    from split
    where rank_of_all <= {{ var('evaluation_depth') }}
    union all
    select
        fold_id,
        strategy,
        case when is_bought then 'repeat' else 'new_to_customer' end as task,
        customer_key,
        product_key,
        rank_of_kind as rank
    from split
    where rank_of_kind <= {{ var('evaluation_depth') }}

),

final as (

    select
        fold_id,
        strategy,
        task,
        customer_key,
        product_key,
        cast(rank as integer) as rank
    from tasks

)

select * from final
