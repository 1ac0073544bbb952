with

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        task = 'all'
        and rank <= 10

),

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}

),

pairs as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.customer_key,
        lists.product_key,
        others.product_key as other_product_key
    from lists
    inner join lists as others
        on
            lists.fold_id = others.fold_id
            and lists.scenario_id = others.scenario_id
            and lists.strategy = others.strategy
            and lists.customer_key = others.customer_key
            and lists.rank < others.rank

),

-- A pair that is not among the stored neighbours counts as unlike.
final as (

    select
        pairs.fold_id,
        pairs.scenario_id,
        pairs.strategy,
        pairs.customer_key,
        10 as k,
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
        pairs.customer_key

)

select * from final
