{%- set product_similarity = aisle.checked_var('product_similarity') -%}
{%- set is_bm25 = product_similarity == 'bm25' -%}
{#- With BM25 the weights differ, and the cosine of them is the figure. -#}
{%- set figure = 'cosine' if is_bm25 else product_similarity -%}
{%- set popularity_discount = aisle.checked_var('popularity_discount') -%}
{%- set depth = var('neighbours_per_product') -%}

with

folds as (

    select * from {{ ref('folds') }}

),

histories as (

    select
        fold_key,
        cast(customer_key as integer) as customer_key,
        cast(product_key as integer) as product_key,
        weight
    from {{ ref('int_similarity__histories') }}
    where
        unseen_customer_key is null
        and {{ aisle.in_block('fold_key') }}

),

{% if is_bm25 -%}
lengths as (

    select
        fold_key,
        customer_key,
        cast(sum(weight) as double) / 100 as length
    from histories
    group by fold_key, customer_key

),

mean_lengths as (

    select
        fold_key,
        {{ aisle.exact_avg('length') }} as mean_length
    from lengths
    group by fold_key

),

{% endif -%}
-- Weights are hundredths and stay so: whole numbers add up exactly, as doubles too.
vectors as (

    select
        histories.fold_key,
        histories.customer_key,
        histories.product_key,
        {% if is_bm25 -%}
            cast(
                round(
                    100 * {{ aisle.bm25(
                        '(histories.weight / 100)', 'lengths.length', 'mean_length'
                    ) }}
                ) as integer
            ) as weight
        {%- else -%}
            histories.weight
        {%- endif %}
    from histories
    {% if is_bm25 -%}
        inner join lengths
            on
                histories.fold_key = lengths.fold_key
                and histories.customer_key = lengths.customer_key
        inner join mean_lengths
            on histories.fold_key = mean_lengths.fold_key
    {%- endif %}

),

-- Both ends of a pair have a bounded history, so pairs grow with events, not squared.
pairs as (

    select
        vectors.fold_key,
        vectors.product_key,
        others.product_key as other_product_key,
        count(*) as count_customers,
        sum(cast(vectors.weight * others.weight as double)) as dot_product
    from vectors
    inner join vectors as others
        on
            vectors.fold_key = others.fold_key
            and vectors.customer_key = others.customer_key
            and vectors.product_key < others.product_key
    group by vectors.fold_key, vectors.product_key, others.product_key
    having count(*) >= {{ var('min_support') }}

),

norms as (

    select
        fold_key,
        product_key,
        count(*) as count_customers,
        {{ aisle.norm('weight') }} as norm
    from vectors
    group by fold_key, product_key

),

totals as (

    select
        fold_key,
        count(distinct customer_key) as count_customers
    from vectors
    group by fold_key

),

measured as (

    select
        pairs.fold_key,
        pairs.product_key,
        pairs.other_product_key,
        cast(pairs.count_customers as integer) as count_customers,
        cast(products.count_customers as integer) as count_customers_product,
        cast(others.count_customers as integer) as count_customers_other,
        {{ aisle.cosine('pairs.dot_product', 'products.norm', 'others.norm') }}
            as cosine,
        {{ aisle.jaccard(
            'pairs.count_customers',
            'products.count_customers',
            'others.count_customers'
        ) }} as jaccard,
        {{ aisle.lift(
            'pairs.count_customers',
            'products.count_customers',
            'others.count_customers',
            'totals.count_customers'
        ) }} as lift
    from pairs
    inner join norms as products
        on
            pairs.fold_key = products.fold_key
            and pairs.product_key = products.product_key
    inner join norms as others
        on
            pairs.fold_key = others.fold_key
            and pairs.other_product_key = others.product_key
    inner join totals
        on pairs.fold_key = totals.fold_key

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
    from measured
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
    from measured

),

compared as (

    select
        *,
        {{ figure }}
        {%- if popularity_discount %}
        / power(count_customers_neighbour, {{ popularity_discount }})
        {%- endif %} as similarity
    from directed

),

{{ aisle.nearest('compared', 'product_key', 'similarity', depth) }},

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
    where ranked.rank <= {{ depth }}

)

select * from final
