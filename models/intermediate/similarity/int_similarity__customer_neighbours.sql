{%- set depth = var('neighbours_per_customer') -%}

with

histories as (

    select
        fold_key,
        cast(customer_key as integer) as customer_key,
        cast(product_key as integer) as product_key,
        weight
    from {{ ref('int_similarity__histories') }}
    where {{ aisle.in_block('customer_key') }}

),

buyers as (

    select * from {{ ref('int_similarity__buyers') }}

),

folds as (

    select * from {{ ref('folds') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where has_history

),

scored_histories as (

    select
        histories.fold_key,
        histories.customer_key,
        histories.product_key,
        histories.weight
    from histories
    inner join folds
        on histories.fold_key = folds.fold_key
    inner join customers
        on
            folds.fold_id = customers.fold_id
            and histories.customer_key = customers.customer_key

),

norms as (

    select
        fold_key,
        customer_key,
        {{ aisle.norm('weight') }} as norm
    from scored_histories
    group by fold_key, customer_key

),

neighbour_norms as (

    select distinct
        fold_key,
        customer_key,
        norm
    from buyers

),

pairs as (

    select
        scored_histories.fold_key,
        scored_histories.customer_key,
        buyers.customer_key as neighbour_key,
        count(*) as count_shared_products,
        sum(scored_histories.weight * buyers.weight) as dot_product
    from scored_histories
    inner join buyers
        on
            scored_histories.fold_key = buyers.fold_key
            and scored_histories.product_key = buyers.product_key
            and scored_histories.customer_key != buyers.customer_key
    group by
        scored_histories.fold_key,
        scored_histories.customer_key,
        buyers.customer_key
    having count(*) >= {{ var('min_shared_products') }}

),

measured as (

    select
        pairs.fold_key,
        pairs.customer_key,
        pairs.neighbour_key,
        pairs.count_shared_products,
        {{ aisle.cosine(
            'pairs.dot_product', 'norms.norm', 'neighbour_norms.norm'
        ) }} as cosine
    from pairs
    left join norms
        on
            pairs.fold_key = norms.fold_key
            and pairs.customer_key = norms.customer_key
    left join neighbour_norms
        on
            pairs.fold_key = neighbour_norms.fold_key
            and pairs.neighbour_key = neighbour_norms.customer_key

),

{{ aisle.nearest('measured', 'customer_key', 'cosine', depth) }},

final as (

    select
        folds.fold_id,
        ranked.fold_key,
        cast(ranked.customer_key as bigint) as customer_key,
        cast(ranked.neighbour_key as bigint) as neighbour_key,
        ranked.count_shared_products,
        ranked.cosine,
        ranked.rank
    from ranked
    inner join folds
        on ranked.fold_key = folds.fold_key
    where ranked.rank <= {{ depth }}

)

select * from final
