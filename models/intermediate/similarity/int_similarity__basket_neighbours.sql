with

pairs as (

    select * from {{ ref('int_similarity__basket_pairs') }}

),

directed as (

    select
        fold_id,
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
        fold_id,
        other_product_key as product_key,
        product_key as neighbour_key,
        count_baskets,
        count_baskets_other as count_baskets_product,
        support,
        lift,
        jaccard
    from pairs

),

measured as (

    select
        *,
        {{ aisle.confidence('count_baskets', 'count_baskets_product') }} as confidence
    from directed

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, product_key
            order by jaccard desc, neighbour_key asc
        ) as rank
    from measured

),

final as (

    select
        fold_id,
        product_key,
        neighbour_key,
        count_baskets,
        support,
        confidence,
        lift,
        jaccard,
        rank
    from ranked
    where rank <= {{ var('neighbours_per_product') }}

)

select * from final
