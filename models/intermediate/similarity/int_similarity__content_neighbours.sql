{%- set groups = ['brand', 'subcategory'] -%}

with

token_pairs as (

    select * from {{ ref('int_similarity__token_pairs') }}
    where {{ aisle.in_block('fold_key') }}

),

tokens as (

    select * from {{ ref('int_similarity__product_tokens') }}
    where {{ aisle.in_block('fold_key') }}

),

attributes as (

    select * from {{ ref('int_features__product_attributes') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

folds as (

    select * from {{ ref('folds') }}
    where {{ aisle.in_block('fold_key') }}

),

numbered as (

    select
        folds.fold_key,
        cast(products.product_key as integer) as product_key,
        products.category,
        products.subcategory,
        products.brand,
        cast(products.popularity_rank as integer) as popularity_rank
    from products
    inner join folds
        on products.fold_id = folds.fold_id

),

grouped as (

    {% for group in groups -%}
        select
            fold_key,
            '{{ group }}' as group_type,
            category,
            {{ group }} as name,
            product_key,
            popularity_rank
        from numbered
        where
            category != 'unknown'
            and {{ group }} != 'unknown'
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

ranked_members as (

    select
        *,
        row_number() over (
            partition by fold_key, group_type, category, name
            order by popularity_rank asc
        ) as member_rank
    from grouped

),

-- Within a group all meet the best sellers only: a group of any size stays linear.
group_pairs as (

    select
        grouped.fold_key,
        least(grouped.product_key, ranked_members.product_key) as product_key,
        greatest(grouped.product_key, ranked_members.product_key) as other_product_key
    from grouped
    inner join ranked_members
        on
            grouped.fold_key = ranked_members.fold_key
            and grouped.group_type = ranked_members.group_type
            and grouped.category = ranked_members.category
            and grouped.name = ranked_members.name
            and grouped.product_key != ranked_members.product_key
    where ranked_members.member_rank <= {{ var('neighbours_per_product') }}

),

all_pairs as (

    select
        fold_key,
        product_key,
        other_product_key,
        cosine
    from token_pairs
    union all
    select
        fold_key,
        product_key,
        other_product_key,
        0 as cosine
    from group_pairs

),

pairs as (

    select
        fold_key,
        product_key,
        other_product_key,
        max(cosine) as cosine
    from all_pairs
    group by fold_key, product_key, other_product_key

),

weighted_attributes as (

    select
        folds.fold_key,
        cast(attributes.product_key as integer) as product_key,
        cast(
            dense_rank() over (
                partition by folds.fold_key
                order by attributes.field asc, attributes.value asc
            ) as integer
        ) as attribute_key,
        cast(
            case attributes.field
                when 'category' then {{ var('content_category_weight') }}
                when 'subcategory' then {{ var('content_subcategory_weight') }}
                when 'brand' then {{ var('content_brand_weight') }}
                when 'price_band' then {{ var('content_price_band_weight') }}
                else {{ var('content_attribute_weight') }}
            end as decimal(9, 3)
        ) as weight
    from attributes
    inner join folds
        on attributes.fold_id = folds.fold_id

),

pair_attributes as (

    select
        pairs.fold_key,
        pairs.product_key,
        pairs.other_product_key,
        weighted_attributes.attribute_key
    from pairs
    inner join weighted_attributes
        on
            pairs.fold_key = weighted_attributes.fold_key
            and pairs.product_key = weighted_attributes.product_key

),

-- A left join, though only what matches counts: inner joins could be turned round, and
-- products joined by an attribute that many share are quadratic.
shared as (

    select
        pair_attributes.fold_key,
        pair_attributes.product_key,
        pair_attributes.other_product_key,
        sum(weighted_attributes.weight) as weight
    from pair_attributes
    left join weighted_attributes
        on
            pair_attributes.fold_key = weighted_attributes.fold_key
            and pair_attributes.other_product_key = weighted_attributes.product_key
            and pair_attributes.attribute_key = weighted_attributes.attribute_key
    group by
        pair_attributes.fold_key,
        pair_attributes.product_key,
        pair_attributes.other_product_key

),

-- What can be said of a product at all, its text included.
said as (

    select
        fold_key,
        product_key,
        weight
    from weighted_attributes
    union all
    select distinct
        fold_key,
        product_key,
        cast({{ var('content_text_weight') }} as decimal(9, 3)) as weight
    from tokens

),

known as (

    select
        fold_key,
        product_key,
        sum(weight) as weight
    from said
    group by fold_key, product_key

),

-- Twice what the two share by what is said of both; a text agrees by its cosine.
measured as (

    select
        pairs.fold_key,
        pairs.product_key,
        pairs.other_product_key,
        pairs.cosine,
        cast(
            2 * (
                {{ var('content_text_weight') }} * cast(pairs.cosine as double)
                + coalesce(cast(shared.weight as double), 0)
            )
            / nullif(cast(known.weight + others.weight as double), 0) as double
        ) as similarity
    from pairs
    inner join known
        on
            pairs.fold_key = known.fold_key
            and pairs.product_key = known.product_key
    inner join known as others
        on
            pairs.fold_key = others.fold_key
            and pairs.other_product_key = others.product_key
    left join shared
        on
            pairs.fold_key = shared.fold_key
            and pairs.product_key = shared.product_key
            and pairs.other_product_key = shared.other_product_key

),

directed as (

    select
        fold_key,
        product_key,
        other_product_key as neighbour_key,
        cosine,
        similarity
    from measured
    where similarity > 0
    union all
    select
        fold_key,
        other_product_key as product_key,
        product_key as neighbour_key,
        cosine,
        similarity
    from measured
    where similarity > 0

),

ranked as (

    select
        directed.*,
        row_number() over (
            partition by directed.fold_key, directed.product_key
            order by directed.similarity desc, numbered.popularity_rank asc
        ) as rank
    from directed
    inner join numbered
        on
            directed.fold_key = numbered.fold_key
            and directed.neighbour_key = numbered.product_key

),

final as (

    select
        folds.fold_id,
        cast(ranked.product_key as bigint) as product_key,
        cast(ranked.neighbour_key as bigint) as neighbour_key,
        cast(ranked.cosine as double) as cosine,
        ranked.similarity,
        ranked.rank
    from ranked
    inner join folds
        on ranked.fold_key = folds.fold_key
    where ranked.rank <= {{ var('neighbours_per_product') }}

)

select * from final
