{{ config(enabled=aisle.checked_var('is_category_best_sellers_enabled')) }}

with

customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

-- Best sellers of what has no category would be those of the shop.
customer_categories as (

    select * from {{ ref('int_features__customer_categories') }}
    where category != 'unknown'

),

products as (

    select * from {{ ref('int_features__products') }}

),

-- Buyers of 30 days decide, those of 90 between equals: together they are below one.
demand as (

    select
        fold_id,
        product_key,
        category,
        count_buyers_30d
        + count_buyers_90d
        / cast(1 + max(count_buyers_90d) over (partition by fold_id) as double)
            as demand,
        row_number() over (
            partition by fold_id, category
            order by count_buyers_30d desc, count_buyers_90d desc, popularity_rank asc
        ) as rank
    from products
    where
        is_sellable
        and count_buyers_90d > 0

),

totals as (

    select
        fold_id,
        category,
        {{ aisle.exact_sum('demand') }} as demand
    from demand
    group by fold_id, category

),

best_sellers as (

    select
        demand.fold_id,
        demand.product_key,
        demand.category,
        demand.demand / totals.demand as category_share
    from demand
    inner join totals
        on
            demand.fold_id = totals.fold_id
            and demand.category = totals.category
    where demand.rank <= {{ var('candidates_per_source') }}

),

top_categories as (

    select
        customer_categories.fold_id,
        customer_categories.customer_key,
        customer_categories.category,
        customer_categories.affinity,
        row_number() over (
            partition by customer_categories.fold_id, customer_categories.customer_key
            order by customer_categories.rank asc
        ) as rank
    from customer_categories
    inner join customers
        on
            customer_categories.fold_id = customers.fold_id
            and customer_categories.customer_key = customers.customer_key

),

-- The chance that the customer's next product is of the category, times the chance that
-- a product of the category is this one.
scored as (

    select
        top_categories.fold_id,
        top_categories.customer_key,
        best_sellers.product_key,
        top_categories.affinity * best_sellers.category_share as score
    from top_categories
    inner join best_sellers
        on
            top_categories.fold_id = best_sellers.fold_id
            and top_categories.category = best_sellers.category
    where top_categories.rank <= {{ var('categories_per_customer') }}

),

{{ aisle.top_candidates('scored', 'category_best_sellers') }}

select * from final
