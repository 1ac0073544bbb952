with

neighbours as (

    select * from {{ ref('int_similarity__basket_neighbours') }}
    where
        fold_id = 'serving'
        and lift > 1

),

use_cases as (

    select * from {{ ref('int_folds__open_use_cases') }}
    where
        fold_id = 'serving'
        and use_case = 'bought_together'
        and is_open

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

available as (

    select * from {{ ref('int_features__products') }}
    where
        fold_id = 'serving'
        and is_sellable
        and is_in_stock

),

ranked as (

    select
        neighbours.*,
        products.product_id,
        products.title,
        others.product_id as other_product_id,
        others.title as other_title,
        row_number() over (
            partition by neighbours.product_key
            order by neighbours.jaccard desc, others.product_id asc
        ) as available_rank
    from neighbours
    inner join use_cases
        on neighbours.fold_id = use_cases.fold_id
    inner join products
        on neighbours.product_key = products.product_key
    inner join products as others
        on neighbours.neighbour_key = others.product_key
    inner join available
        on neighbours.neighbour_key = available.product_key

),

final as (

    select
        product_id,
        other_product_id,
        title,
        other_title,
        cast(available_rank as integer) as rank,
        cast(support as double) as support,
        cast(confidence as double) as confidence,
        cast(lift as double) as lift,
        cast(jaccard as double) as jaccard,
        cast(count_baskets as bigint) as count_baskets
    from ranked

)

select * from final
