with

histories as (

    select
        fold_key,
        cast(customer_key as integer) as customer_key,
        unseen_customer_key,
        cast(product_key as integer) as product_key,
        weight,
        rank
    from {{ ref('int_similarity__histories') }}

),

folds as (

    select * from {{ ref('folds') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where has_history

),

-- Everybody meets everybody in a best seller: only those who like it most are looked
-- at, so that pairs grow with events, not squared.
buyers_ranked as (

    select
        fold_key,
        customer_key,
        product_key,
        weight,
        row_number() over (
            partition by fold_key, product_key
            order by weight desc, rank asc, customer_key asc
        ) as buyer_rank
    from histories
    where unseen_customer_key is null

),

buyers as (

    select * from buyers_ranked
    where buyer_rank <= {{ var('max_buyers_per_product') }}

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

-- Over all of the history, what is not shared included: else whoever bought much would
-- be alike to many.
norms as (

    select
        fold_key,
        customer_key,
        sqrt(sum(cast(weight as bigint) * weight)) as norm
    from histories
    group by fold_key, customer_key

),

measured as (

    select
        pairs.fold_key,
        pairs.customer_key,
        pairs.neighbour_key,
        pairs.count_shared_products,
        {{ aisle.cosine('pairs.dot_product', 'customers.norm', 'others.norm') }}
            as cosine
    from pairs
    inner join norms as customers
        on
            pairs.fold_key = customers.fold_key
            and pairs.customer_key = customers.customer_key
    inner join norms as others
        on
            pairs.fold_key = others.fold_key
            and pairs.neighbour_key = others.customer_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_key, customer_key
            order by cosine desc, neighbour_key asc
        ) as rank
    from measured

),

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
    where ranked.rank <= {{ var('neighbours_per_customer') }}

)

select * from final
