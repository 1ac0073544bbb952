{%- set is_bm25 = aisle.checked_var('product_similarity') == 'bm25' -%}

with

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
-- Weights are hundredths and stay so: whole numbers add up exactly.
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
        sum(vectors.weight * others.weight) as dot_product
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

final as (

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

)

select * from final
