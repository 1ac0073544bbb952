with

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        -- Of the home list, at all hours and by part of the week.
        task not in ('repeat', 'new_to_customer')
        and rank <= 10

),

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}

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

pairs as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        lists.customer_key,
        lists.product_key,
        others.product_key as other_product_key
    from lists
    inner join lists as others
        on
            lists.fold_id = others.fold_id
            and lists.scenario_id = others.scenario_id
            and lists.strategy = others.strategy
            and lists.task = others.task
            and lists.customer_key = others.customer_key
            and lists.rank < others.rank

),

-- A pair that is not among the stored neighbours counts as unlike.
unlike as (

    select
        pairs.fold_id,
        pairs.scenario_id,
        pairs.strategy,
        pairs.task,
        pairs.customer_key,
        1 - coalesce({{ aisle.exact_sum('neighbours.cosine') }}, 0) / count(*)
            as intra_list_diversity
    from pairs
    left join neighbours
        on
            pairs.fold_id = neighbours.fold_id
            and pairs.product_key = neighbours.product_key
            and pairs.other_product_key = neighbours.neighbour_key
    group by
        pairs.fold_id,
        pairs.scenario_id,
        pairs.strategy,
        pairs.task,
        pairs.customer_key

),

list_categories as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        lists.customer_key,
        products.category,
        case when products.category != 'unknown' then count(*) end as count_listed
    from lists
    inner join products
        on
            lists.fold_id = products.fold_id
            and lists.product_key = products.product_key
    group by
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        lists.customer_key,
        products.category

),

list_entropies as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        customer_key,
        {{ aisle.entropy('count_listed') }} as category_entropy
    from list_categories
    group by fold_id, scenario_id, strategy, task, customer_key

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
        list_entropies.fold_id,
        list_entropies.scenario_id,
        list_entropies.strategy,
        list_entropies.task,
        list_entropies.customer_key,
        10 as k,
        unlike.intra_list_diversity,
        list_entropies.category_entropy,
        list_entropies.category_entropy - history_entropies.category_entropy
            as entropy_gain
    from list_entropies
    left join unlike
        on
            list_entropies.fold_id = unlike.fold_id
            and list_entropies.scenario_id = unlike.scenario_id
            and list_entropies.strategy = unlike.strategy
            and list_entropies.task = unlike.task
            and list_entropies.customer_key = unlike.customer_key
    left join history_entropies
        on
            list_entropies.fold_id = history_entropies.fold_id
            and list_entropies.customer_key = history_entropies.customer_key

)

select * from final
