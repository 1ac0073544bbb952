with

kinds as (

    select * from {{ ref('int_recommendations__reason_kinds') }}

),

slots as (

    select * from kinds
    where kind = 'taste'

),

histories as (

    select * from {{ ref('int_similarity__histories') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where
        count_orders > 0
        and not is_disliked

),

neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}

),

basket_neighbours as (

    select * from {{ ref('int_similarity__basket_neighbours') }}
    where lift > 1

),

products as (

    select * from {{ ref('int_folds__products') }}

),

liked as (

    select
        slots.fold_id,
        slots.customer_key,
        slots.product_key,
        'similar_product' as reason_code,
        histories.product_key as anchor_key,
        neighbours.similarity,
        histories.weight * neighbours.similarity as strength
    from slots
    inner join histories
        on
            slots.fold_id = histories.fold_id
            and slots.customer_key = histories.customer_key
    inner join neighbours
        on
            slots.fold_id = neighbours.fold_id
            and slots.product_key = neighbours.neighbour_key
            and histories.product_key = neighbours.product_key

),

paired as (

    select
        slots.fold_id,
        slots.customer_key,
        slots.product_key,
        'bought_together' as reason_code,
        customer_products.product_key as anchor_key,
        basket_neighbours.jaccard as similarity,
        basket_neighbours.jaccard as strength
    from slots
    inner join customer_products
        on
            slots.fold_id = customer_products.fold_id
            and slots.customer_key = customer_products.customer_key
    inner join basket_neighbours
        on
            slots.fold_id = basket_neighbours.fold_id
            and slots.product_key = basket_neighbours.neighbour_key
            and customer_products.product_key = basket_neighbours.product_key

),

-- A discovery rests on what it was tied to when it was drawn.
drawn as (

    select
        fold_id,
        customer_key,
        product_key,
        concat_ws('', 'discovery_', discovery_kind) as reason_code,
        seed_product_key as anchor_key,
        1 - distance as similarity,
        cast(1 as double) as strength
    from kinds
    where
        kind = 'discovery'
        and seed_product_key is not null

),

either as (

    select * from liked
    union all
    select * from paired
    union all
    select * from drawn

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key, product_key, reason_code
            order by strength desc, anchor_key asc
        ) as rank
    from either

),

final as (

    select
        ranked.fold_id,
        ranked.customer_key,
        ranked.product_key,
        ranked.reason_code,
        ranked.anchor_key,
        ranked.similarity,
        products.product_id as anchor_product_id,
        coalesce(products.title, products.product_id) as anchor_title,
        ranked.strength
    from ranked
    inner join products
        on
            ranked.fold_id = products.fold_id
            and ranked.anchor_key = products.product_key
    where ranked.rank = 1

)

select * from final
