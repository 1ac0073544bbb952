{%- set product_similarity = aisle.checked_var('product_similarity') -%}
{%- set popularity_discount = aisle.checked_var('popularity_discount') -%}
{#- With BM25 the weights differ, and the cosine of them is the figure. -#}
{%- set figure = 'cosine' if product_similarity == 'bm25' else product_similarity -%}

with

pairs as (

    select * from {{ ref('int_similarity__product_pairs') }}
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
        count_customers,
        count_customers_other as count_customers_neighbour,
        cosine,
        jaccard,
        lift
    from pairs
    union all
    select
        fold_key,
        other_product_key as product_key,
        product_key as neighbour_key,
        count_customers,
        count_customers_product as count_customers_neighbour,
        cosine,
        jaccard,
        lift
    from pairs

),

measured as (

    select
        *,
        {{ figure }}
        {%- if popularity_discount %}
        / power(count_customers_neighbour, {{ popularity_discount }})
        {%- endif %} as similarity
    from directed

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_key, product_key
            order by similarity desc, neighbour_key asc
        ) as rank
    from measured

),

final as (

    select
        folds.fold_id,
        cast(ranked.product_key as bigint) as product_key,
        cast(ranked.neighbour_key as bigint) as neighbour_key,
        ranked.count_customers,
        ranked.cosine,
        ranked.jaccard,
        ranked.similarity,
        ranked.rank
    from ranked
    inner join folds
        on ranked.fold_key = folds.fold_key
    where ranked.rank <= {{ var('neighbours_per_product') }}

)

select * from final
