{%- set draws = 60 -%}

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
    where
        is_sellable
        and count_buyers_90d > 0

),

customers as (

    select scored_customers.*
    from scored_customers
    inner join folds
        on scored_customers.fold_id = folds.fold_id

),

sold as (

    select
        fold_id,
        product_key,
        product_id,
        popularity_rank,
        row_number() over (partition by fold_id order by product_id asc) - 1
            as position,
        count(*) over (partition by fold_id) as count_products
    from products

),

-- Ranking the whole pool by keyed hash would hash every pair of customer and product;
-- the first {{ draws }} draws with replacement are the same lottery.
tickets as (

    select
        customers.fold_id,
        customers.customer_key,
        numbers.number as draw,
        {{ aisle.hash_uniform(
            "concat_ws('', customers.customer_id, ':', cast(numbers.number as "
            ~ dbt.type_string() ~ "))"
        ) }} as ticket
    from customers
    cross join {{ aisle.numbers(draws) }} as numbers

),

pool_sizes as (

    select distinct
        fold_id,
        count_products
    from sold

),

-- Positions are drawn and made distinct before they are looked up: joined in one go,
-- the planner would compare every ticket with every product.
positions as (

    select
        tickets.fold_id,
        tickets.customer_key,
        cast(floor(tickets.ticket * pool_sizes.count_products) as bigint) as position,
        min(tickets.draw) as draw
    from tickets
    inner join pool_sizes
        on tickets.fold_id = pool_sizes.fold_id
    group by
        tickets.fold_id,
        tickets.customer_key,
        cast(floor(tickets.ticket * pool_sizes.count_products) as bigint)

),

drawn as (

    select
        positions.fold_id,
        positions.customer_key,
        sold.product_key,
        sold.popularity_rank,
        positions.draw
    from positions
    inner join sold
        on
            positions.fold_id = sold.fold_id
            and positions.position = sold.position

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        popularity_rank,
        draw
    from drawn

)

select * from final
