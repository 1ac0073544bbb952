{{ config(enabled=aisle.checked_var('is_bought_together_enabled')) }}

with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where
        count_orders > 0
        and not is_disliked

),

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

neighbours as (

    select * from {{ ref('int_similarity__basket_neighbours') }}
    where rank <= {{ var('neighbours_per_history') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

-- What goes with the latest purchases: the last products bought, not the most loved.
latest as (

    select
        customer_products.fold_id,
        customer_products.customer_key,
        customer_products.product_key,
        row_number() over (
            partition by customer_products.fold_id, customer_products.customer_key
            order by
                customer_products.last_purchase_age_days asc,
                customer_products.revenue desc,
                customer_products.product_key asc
        ) as rank
    from customer_products
    inner join customers
        on
            customer_products.fold_id = customers.fold_id
            and customer_products.customer_key = customers.customer_key

),

scored as (

    select
        latest.fold_id,
        latest.customer_key,
        neighbours.neighbour_key as product_key,
        {{ aisle.exact_sum('neighbours.jaccard', 9) }} as score
    from latest
    inner join neighbours
        on
            latest.fold_id = neighbours.fold_id
            and latest.product_key = neighbours.product_key
    where latest.rank <= {{ var('latest_products') }}
    group by
        latest.fold_id,
        latest.customer_key,
        neighbours.neighbour_key

),

{{ aisle.top_candidates('scored', 'bought_together') }}

select * from final
