with

product_neighbours as (

    select * from {{ ref('int_similarity__product_neighbours') }}

),

content_neighbours as (

    select * from {{ ref('int_similarity__content_neighbours') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

-- Neighbours are kept by product: a pair is known when either has the other.
directed as (

    {% for product, other in [
        ('product_key', 'neighbour_key'), ('neighbour_key', 'product_key')
    ] -%}
        select
            fold_id,
            {{ product }} as product_key,
            {{ other }} as other_product_key,
            cosine as behaviour,
            cast(null as double) as content
        from product_neighbours
        union all
        select
            fold_id,
            {{ product }} as product_key,
            {{ other }} as other_product_key,
            cast(null as double) as behaviour,
            cosine as content
        from content_neighbours
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

pairs as (

    select
        directed.fold_id,
        folds.fold_key,
        directed.product_key,
        directed.other_product_key,
        max(directed.behaviour) as behaviour,
        max(directed.content) as content
    from directed
    inner join folds
        on directed.fold_id = folds.fold_id
    group by
        directed.fold_id,
        folds.fold_key,
        directed.product_key,
        directed.other_product_key

),

-- A pair within a category is unlike one across: each has its own mean.
related as (

    select
        pairs.*,
        case
            when products.category = others.category and products.category != 'unknown'
                then products.category
            else 'any category'
        end as mean_category
    from pairs
    inner join products
        on
            pairs.fold_id = products.fold_id
            and pairs.product_key = products.product_key
    inner join products as others
        on
            pairs.fold_id = others.fold_id
            and pairs.other_product_key = others.product_key

),

means as (

    select
        fold_id,
        mean_category,
        {{ aisle.exact_avg('behaviour') }} as behaviour,
        {{ aisle.exact_avg('content') }} as content
    from related
    group by fold_id, mean_category

),

final as (

    select
        related.fold_id,
        related.fold_key,
        cast(related.product_key as integer) as product_key,
        cast(related.other_product_key as integer) as other_product_key,
        related.mean_category,
        related.behaviour is not null as is_by_behaviour,
        round(
            (
                coalesce(related.behaviour, means.behaviour, 0)
                + coalesce(related.content, means.content, 0)
            ) / 2,
            6
        ) as similarity
    from related
    inner join means
        on
            related.fold_id = means.fold_id
            and related.mean_category = means.mean_category

)

select * from final
