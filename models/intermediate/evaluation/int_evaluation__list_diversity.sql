with

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        -- Of the home list, at all hours and by part of the week.
        task not in ('repeat', 'new_to_customer')
        and rank <= 10

),

-- Each product has its nearest neighbours; how alike two are does not depend on which
-- of them comes first.
neighbours as (

    select
        fold_id,
        least(product_key, neighbour_key) as product_key,
        greatest(product_key, neighbour_key) as other_product_key,
        max(cosine) as cosine
    from {{ ref('int_similarity__product_neighbours') }}
    group by
        fold_id, least(product_key, neighbour_key), greatest(product_key, neighbour_key)

),

products as (

    select * from {{ ref('int_features__products') }}

),

customer_categories as (

    select * from {{ ref('int_features__customer_categories') }}
    where
        category != 'unknown'
        and affinity > 0

),

{{ aisle.numbered_strategies() }},

keyed as (

    select
        strategies.strategy_key,
        lists.fold_id,
        lists.customer_key,
        lists.product_key,
        lists.rank
    from lists
    inner join strategies
        on
            lists.fold_id = strategies.fold_id
            and lists.scenario_id = strategies.scenario_id
            and lists.strategy = strategies.strategy
            and lists.task = strategies.task

),

pairs as (

    select
        keyed.strategy_key,
        keyed.fold_id,
        keyed.customer_key,
        least(keyed.product_key, others.product_key) as product_key,
        greatest(keyed.product_key, others.product_key) as other_product_key
    from keyed
    inner join keyed as others
        on
            keyed.strategy_key = others.strategy_key
            and keyed.customer_key = others.customer_key
            and keyed.rank < others.rank

),

-- A pair that is not among the stored neighbours counts as unlike.
unlike as (

    select
        pairs.strategy_key,
        pairs.customer_key,
        1 - coalesce({{ aisle.exact_sum('neighbours.cosine') }}, 0) / count(*)
            as intra_list_diversity
    from pairs
    left join neighbours
        on
            pairs.fold_id = neighbours.fold_id
            and pairs.product_key = neighbours.product_key
            and pairs.other_product_key = neighbours.other_product_key
    group by pairs.strategy_key, pairs.customer_key

),

list_categories as (

    select
        keyed.strategy_key,
        keyed.customer_key,
        products.category,
        case when products.category != 'unknown' then count(*) end as count_listed
    from keyed
    inner join products
        on
            keyed.fold_id = products.fold_id
            and keyed.product_key = products.product_key
    group by keyed.strategy_key, keyed.customer_key, products.category

),

list_entropies as (

    select
        strategy_key,
        customer_key,
        {{ aisle.entropy('count_listed') }} as category_entropy
    from list_categories
    group by strategy_key, customer_key

),

history_entropies as (

    select
        fold_id,
        customer_key,
        {{ aisle.entropy('affinity') }} as category_entropy
    from customer_categories
    group by fold_id, customer_key

),

final as (

    select
        strategies.fold_id,
        strategies.scenario_id,
        strategies.strategy,
        strategies.task,
        list_entropies.customer_key,
        10 as k,
        unlike.intra_list_diversity,
        list_entropies.category_entropy,
        list_entropies.category_entropy - history_entropies.category_entropy
            as entropy_gain
    from list_entropies
    inner join strategies
        on list_entropies.strategy_key = strategies.strategy_key
    left join unlike
        on
            list_entropies.strategy_key = unlike.strategy_key
            and list_entropies.customer_key = unlike.customer_key
    left join history_entropies
        on
            strategies.fold_id = history_entropies.fold_id
            and list_entropies.customer_key = history_entropies.customer_key

)

select * from final
