with

pairs as (

    select * from {{ ref('int_similarity__basket_pairs') }}
    where {{ aisle.in_block('fold_key') }}

),

folds as (

    select * from {{ ref('folds') }}

),

directed as (

    select
        fold_key,
        product_key,
        other_product_key as neighbour_key,
        count_baskets,
        count_baskets_product,
        support,
        lift,
        jaccard
    from pairs
    union all
    select
        fold_key,
        other_product_key as product_key,
        product_key as neighbour_key,
        count_baskets,
        count_baskets_other as count_baskets_product,
        support,
        lift,
        jaccard
    from pairs

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_key, product_key
            order by jaccard desc, neighbour_key asc
        ) as rank
    from directed

),

final as (

    select
        folds.fold_id,
        cast(ranked.product_key as bigint) as product_key,
        cast(ranked.neighbour_key as bigint) as neighbour_key,
        ranked.count_baskets,
        ranked.support,
        {{ aisle.confidence('ranked.count_baskets', 'ranked.count_baskets_product') }}
            as confidence,
        ranked.lift,
        ranked.jaccard,
        ranked.rank
    from ranked
    inner join folds
        on ranked.fold_key = folds.fold_key
    where ranked.rank <= {{ var('neighbours_per_product') }}

)

select * from final
