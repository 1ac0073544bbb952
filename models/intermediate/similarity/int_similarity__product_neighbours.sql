with

pairs as (

    select * from {{ ref('int_similarity__product_pairs') }}

),

directed as (

    select
        fold_id,
        product_key,
        other_product_key as neighbour_key,
        count_customers,
        cosine,
        jaccard
    from pairs
    union all
    select
        fold_id,
        other_product_key as product_key,
        product_key as neighbour_key,
        count_customers,
        cosine,
        jaccard
    from pairs

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, product_key
            order by cosine desc, neighbour_key asc
        ) as rank
    from directed

),

final as (

    select
        fold_id,
        product_key,
        neighbour_key,
        count_customers,
        cosine,
        jaccard,
        rank
    from ranked
    where rank <= {{ var('neighbours_per_product') }}

)

select * from final
