{%- set depth = var('neighbours_per_product') -%}

with

baskets as (

    select
        fold_key,
        cast(basket_key as integer) as basket_key,
        cast(product_key as integer) as product_key
    from {{ ref('int_similarity__baskets') }}
    where {{ aisle.in_block('fold_key') }}

),

folds as (

    select
        *,
        cast(power(2, fold_key) as bigint) as fold_bit
    from {{ ref('folds') }}

),

-- A basket is in every fold that is cut off after it: pairs are counted once for each
-- set of folds, not once for each fold.
lines as (

    select
        baskets.basket_key,
        baskets.product_key,
        cast(sum(folds.fold_bit) as bigint) as fold_mask
    from baskets
    inner join folds
        on baskets.fold_key = folds.fold_key
    group by baskets.basket_key, baskets.product_key

),

masked_pairs as (

    select
        lines.product_key,
        others.product_key as other_product_key,
        lines.fold_mask & others.fold_mask as fold_mask,
        count(*) as count_baskets
    from lines
    inner join lines as others
        on
            lines.basket_key = others.basket_key
            and lines.product_key < others.product_key
    group by
        lines.product_key, others.product_key, lines.fold_mask & others.fold_mask

),

distinct_masks as (

    select distinct fold_mask
    from masked_pairs

),

masks as (

    select
        distinct_masks.fold_mask,
        folds.fold_key
    from distinct_masks
    inner join folds
        on (distinct_masks.fold_mask & folds.fold_bit) > 0

),

-- No fold has more of a pair than all of them together.
supported as (

    select
        product_key,
        other_product_key
    from masked_pairs
    group by product_key, other_product_key
    having sum(count_baskets) >= {{ var('min_support') }}

),

pairs as (

    select
        masks.fold_key,
        masked_pairs.product_key,
        masked_pairs.other_product_key,
        cast(sum(masked_pairs.count_baskets) as integer) as count_baskets
    from masked_pairs
    inner join supported
        on
            masked_pairs.product_key = supported.product_key
            and masked_pairs.other_product_key = supported.other_product_key
    inner join masks
        on masked_pairs.fold_mask = masks.fold_mask
    group by
        masks.fold_key, masked_pairs.product_key, masked_pairs.other_product_key
    having sum(masked_pairs.count_baskets) >= {{ var('min_support') }}

),

products as (

    select
        fold_key,
        product_key,
        cast(count(*) as integer) as count_baskets
    from baskets
    group by fold_key, product_key

),

totals as (

    select
        fold_key,
        count(distinct basket_key) as count_baskets
    from baskets
    group by fold_key

),

-- Every product of a pair is there. With inner joins all pairs of products may be made
-- first.
counted as (

    select
        pairs.*,
        products.count_baskets as count_baskets_product,
        others.count_baskets as count_baskets_other,
        totals.count_baskets as count_baskets_total
    from pairs
    left join products
        on
            pairs.fold_key = products.fold_key
            and pairs.product_key = products.product_key
    left join products as others
        on
            pairs.fold_key = others.fold_key
            and pairs.other_product_key = others.product_key
    left join totals
        on pairs.fold_key = totals.fold_key

),

measured as (

    select
        *,
        {{ aisle.lift(
            'count_baskets',
            'count_baskets_product',
            'count_baskets_other',
            'count_baskets_total'
        ) }} as lift,
        {{ aisle.jaccard(
            'count_baskets', 'count_baskets_product', 'count_baskets_other'
        ) }} as jaccard
    from counted

),

directed as (

    select
        fold_key,
        product_key,
        other_product_key as neighbour_key,
        count_baskets,
        count_baskets_product,
        count_baskets_total,
        lift,
        jaccard
    from measured
    union all
    select
        fold_key,
        other_product_key as product_key,
        product_key as neighbour_key,
        count_baskets,
        count_baskets_other as count_baskets_product,
        count_baskets_total,
        lift,
        jaccard
    from measured

),

{{ aisle.nearest('directed', 'product_key', 'jaccard', depth) }},

final as (

    select
        folds.fold_id,
        cast(ranked.product_key as bigint) as product_key,
        cast(ranked.neighbour_key as bigint) as neighbour_key,
        ranked.count_baskets,
        {{ aisle.support('ranked.count_baskets', 'ranked.count_baskets_total') }}
            as support,
        {{ aisle.confidence('ranked.count_baskets', 'ranked.count_baskets_product') }}
            as confidence,
        ranked.lift,
        ranked.jaccard,
        ranked.rank
    from ranked
    inner join folds
        on ranked.fold_key = folds.fold_key
    where ranked.rank <= {{ depth }}

)

select * from final
