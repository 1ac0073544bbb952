{%- set depth = 80 -%}
{%- set global_strategies = aisle.strategies()
    | selectattr('kind', 'eq', 'global') | list -%}

with

scored_customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where is_bought

),

drawn as (

    select * from {{ ref('int_ranking__random_draws') }}

),

customers as (

    select scored_customers.*
    from scored_customers
    inner join folds
        on scored_customers.fold_id = folds.fold_id

),

-- The customer's own products belong to the pool whatever their rank: the `repeat` task
-- asks for the order among them.
own as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.customer_id,
        products.product_key,
        products.product_id,
        products.popularity_rank,
        products.count_buyers_90d,
        customer_products.count_orders
    from customers
    inner join customer_products
        on
            customers.fold_id = customer_products.fold_id
            and customers.customer_key = customer_products.customer_key
    inner join products
        on
            customer_products.fold_id = products.fold_id
            and customer_products.product_key = products.product_key

),

ranked as (

    {% for strategy in global_strategies -%}
        select
            fold_id,
            '{{ strategy.name }}' as strategy,
            product_key,
            cast({{ strategy.score }} as double) as score,
            popularity_rank,
            row_number() over (
                partition by fold_id
                order by {{ strategy.score }} desc, popularity_rank asc
            ) as rank
        from products
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- Best sellers in the order of each global strategy, and for personal frequency as what
-- the customer has not bought yet.
shared as (

    select
        customers.fold_id,
        ranked.strategy,
        customers.customer_key,
        ranked.product_key,
        own.product_key is not null as is_bought,
        ranked.score,
        ranked.popularity_rank
    from customers
    inner join ranked
        on customers.fold_id = ranked.fold_id
    left join own
        on
            customers.fold_id = own.fold_id
            and customers.customer_key = own.customer_key
            and ranked.product_key = own.product_key
    where ranked.rank <= {{ depth }}

),

drawn_kinds as (

    select
        drawn.fold_id,
        drawn.customer_key,
        drawn.product_key,
        drawn.popularity_rank,
        drawn.draw,
        own.product_key is not null as is_bought
    from drawn
    left join own
        on
            drawn.fold_id = own.fold_id
            and drawn.customer_key = own.customer_key
            and drawn.product_key = own.product_key

),

contenders as (

    select
        fold_id,
        strategy,
        customer_key,
        product_key,
        is_bought,
        score,
        popularity_rank
    from shared
    union all
    select
        fold_id,
        'personal_frequency' as strategy,
        customer_key,
        product_key,
        is_bought,
        cast(0 as double) as score,
        popularity_rank
    from shared
    where
        strategy = 'popularity'
        and not is_bought
    union all
    select
        fold_id,
        'personal_frequency' as strategy,
        customer_key,
        product_key,
        true as is_bought,
        cast(count_orders as double) as score,
        popularity_rank
    from own
    union all
    select
        own.fold_id,
        ranked.strategy,
        own.customer_key,
        own.product_key,
        true as is_bought,
        ranked.score,
        own.popularity_rank
    from own
    inner join ranked
        on
            own.fold_id = ranked.fold_id
            and own.product_key = ranked.product_key
    where ranked.rank > {{ depth }}
    union all
    select
        fold_id,
        'random' as strategy,
        customer_key,
        product_key,
        is_bought,
        -cast(draw as double) as score,
        popularity_rank
    from drawn_kinds
    union all
    select
        own.fold_id,
        'random' as strategy,
        own.customer_key,
        own.product_key,
        true as is_bought,
        -1000 - {{ aisle.hash_uniform(
            "concat_ws('', own.customer_id, ':', own.product_id)"
        ) }} as score,
        own.popularity_rank
    from own
    left join drawn
        on
            own.fold_id = drawn.fold_id
            and own.customer_key = drawn.customer_key
            and own.product_key = drawn.product_key
    where
        drawn.product_key is null
        and own.count_buyers_90d > 0

),

final as (

    select
        fold_id,
        strategy,
        customer_key,
        product_key,
        is_bought,
        score,
        popularity_rank
    from contenders

)

select * from final
