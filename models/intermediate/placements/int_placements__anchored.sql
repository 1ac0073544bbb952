{#- So many best sellers stand behind what is tied to the anchor. -#}
{%- set fillers = 2 * aisle.checked_var('list_length') -%}

with

mixed_pairs as (

    select * from {{ ref('int_similarity__mixed_pairs') }}
    where fold_id = 'serving'

),

basket_neighbours as (

    select * from {{ ref('int_similarity__basket_neighbours') }}
    where
        fold_id = 'serving'
        and lift > 1

),

open_carts as (

    select * from {{ ref('int_features__open_carts') }}

),

gift_carts as (

    select * from {{ ref('int_contexts__gift_carts') }}

),

lifts as (

    select * from {{ ref('int_contexts__lifts') }}
    where
        test_id = 'gift_intent'
        and situation = 'gift'
        and fold_id = 'serving'

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

-- What a customer does not want, or has and buys once, goes along with no cart. What
-- one has oneself may well be given away.
unwanted as (

    select
        customer_products.customer_key,
        customer_products.product_key
    from {{ ref('int_features__customer_products') }} as customer_products
    inner join {{ ref('int_features__products') }} as bought
        on
            customer_products.fold_id = bought.fold_id
            and customer_products.product_key = bought.product_key
    left join gift_carts
        on customer_products.customer_key = gift_carts.customer_key
    where
        customer_products.fold_id = 'serving'
        and {{ aisle.is_unwanted('customer_products', 'bought') }}
        and (gift_carts.customer_key is null or customer_products.is_disliked)

),

products as (

    select * from {{ ref('int_features__products') }}
    where fold_id = 'serving'

),

-- Of one product, or of what a customer has in the cart.
carts as (

    select
        cast(null as bigint) as customer_key,
        product_key as anchor_key,
        product_key
    from products
    union all
    select
        open_carts.customer_key,
        cast(null as bigint) as anchor_key,
        open_carts.product_key
    from open_carts
    inner join customers
        on open_carts.customer_key = customers.customer_key

),

tied as (

    select
        'product_page' as placement,
        cast(null as bigint) as customer_key,
        cast(product_key as bigint) as anchor_key,
        cast(other_product_key as bigint) as product_key,
        cast(product_key as bigint) as reason_key,
        is_by_behaviour,
        similarity as score
    from mixed_pairs
    union all
    select
        'cart' as placement,
        carts.customer_key,
        carts.anchor_key,
        basket_neighbours.neighbour_key as product_key,
        basket_neighbours.product_key as reason_key,
        true as is_by_behaviour,
        basket_neighbours.jaccard as score
    from carts
    inner join basket_neighbours
        on carts.product_key = basket_neighbours.product_key

),

best_sellers as (

    select
        product_key,
        category,
        popularity_rank,
        row_number() over (
            partition by category
            order by popularity_rank asc nulls last
        ) as category_place,
        row_number() over (order by popularity_rank asc nulls last) as place
    from products
    where is_sellable

),

-- What fills a list: best sellers of the categories that it is about, then of the shop.
filling as (

    select
        carts.customer_key,
        carts.anchor_key,
        best_sellers.product_key,
        2 as tier
    from carts
    inner join products
        on carts.product_key = products.product_key
    inner join best_sellers
        on
            products.category = best_sellers.category
            and best_sellers.category_place <= {{ fillers }}
    where products.category != 'unknown'
    union all
    select
        carts.customer_key,
        carts.anchor_key,
        best_sellers.product_key,
        3 as tier
    from carts
    cross join best_sellers
    where best_sellers.place <= {{ fillers }}

),

proposed as (

    select
        placement,
        customer_key,
        anchor_key,
        product_key,
        reason_key,
        is_by_behaviour,
        score,
        1 as tier
    from tied
    union all
    select
        placements.placement,
        filling.customer_key,
        filling.anchor_key,
        filling.product_key,
        cast(null as bigint) as reason_key,
        cast(null as boolean) as is_by_behaviour,
        cast(0 as double) as score,
        filling.tier
    from filling
    cross join
        {{ aisle.value_rows('placement', aisle.anchored_placements()) }} as placements
    where
        placements.placement = 'cart'
        or filling.anchor_key is not null

),

summed as (

    select
        placement,
        customer_key,
        anchor_key,
        product_key,
        max_by(
            reason_key, cast(round(score * 1e9) as bigint) * 100000000 - reason_key
        ) as reason_key,
        bool_or(is_by_behaviour) as is_by_behaviour,
        {{ aisle.exact_sum('score', 9) }} as score,
        min(tier) as tier
    from proposed
    group by placement, customer_key, anchor_key, product_key

),

final as (

    select
        summed.placement,
        -- A list is one number: below 0 it is a customer's.
        coalesce(summed.anchor_key, -1 - summed.customer_key) as list_key,
        summed.customer_key,
        summed.anchor_key,
        summed.product_key,
        summed.reason_key,
        summed.is_by_behaviour,
        summed.score,
        case
            when gift_carts.customer_key is not null then coalesce(lifts.lift, 1)
        end as context_multiplier,
        summed.tier,
        products.popularity_rank
    from summed
    inner join products
        on summed.product_key = products.product_key
    left join gift_carts
        on summed.customer_key = gift_carts.customer_key
    left join lifts
        on products.category = lifts.category
    left join open_carts
        on
            summed.customer_key = open_carts.customer_key
            and summed.product_key = open_carts.product_key
    left join unwanted
        on
            summed.customer_key = unwanted.customer_key
            and summed.product_key = unwanted.product_key
    where
        products.is_sellable
        and open_carts.product_key is null
        and unwanted.product_key is null
        and coalesce(summed.anchor_key != summed.product_key, true)

)

select * from final
