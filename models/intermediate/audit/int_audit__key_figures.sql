with

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

customers as (

    select * from {{ ref('int_audit__customer_totals') }}

),

products as (

    select * from {{ ref('int_audit__current_products') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

ranked_customers as (

    select
        customers.*,
        row_number() over (
            order by customers.count_events desc, customers.customer_id asc
        ) as position,
        count(*) over () as count_customers,
        customers.first_event_at >= {{ aisle.add_days(
            'as_of.as_of', -var('new_customer_days')
        ) }} as is_new
    from customers
    cross join as_of

),

customer_figures as (

    select
        count(*) as count_customers,
        coalesce(sum(count_events), 0) as count_events,
        coalesce(sum(count_products), 0) as count_pairs,
        count(case when count_orders >= 3 then 1 end) as count_loyal,
        count(case when is_new then 1 end) as count_new,
        coalesce(
            sum(case
                when position <= ceil(count_customers / 100) then count_events
            end),
            0
        ) as count_top_events
    from ranked_customers

),

touched as (

    select
        product_id,
        count(distinct customer_id) as count_customers
    from interactions
    group by product_id

),

known as (

    select
        coalesce(products.product_id, touched.product_id) as product_id,
        products.title is not null and products.category is not null as is_described,
        coalesce(touched.count_customers, 0) as count_customers,
        touched.product_id is not null as is_touched
    from products
    full outer join touched
        on products.product_id = touched.product_id

),

product_figures as (

    select
        count(*) as count_products,
        count(case when is_touched then 1 end) as count_touched,
        count(case when is_described then 1 end) as count_described,
        count(case when count_customers < 5 then 1 end) as count_cold
    from known

),

cart_events as (

    select
        customer_id,
        case when customer_id is null then session_id end as anonymous_session_id,
        interaction_type,
        {{ aisle.local_date('occurred_at') }} as event_date
    from interactions
    where interaction_type in ('add_to_cart', 'purchase')

),

-- A cart is what one visitor filled on one day; it is abandoned when the visitor buys
-- nothing that day.
carts as (

    select
        customer_id,
        anonymous_session_id,
        event_date,
        bool_or(interaction_type = 'purchase') as is_bought
    from cart_events
    group by customer_id, anonymous_session_id, event_date
    having bool_or(interaction_type = 'add_to_cart')

),

cart_figures as (

    select
        count(*) as count_carts,
        count(case when not is_bought then 1 end) as count_abandoned
    from carts

),

counted as (

    select
        'loyal_customer_rate' as figure_id,
        'Share of customers with three or more orders' as title,
        count_loyal as count_part,
        count_customers as count_whole
    from customer_figures
    union all
    select
        'new_customer_rate' as figure_id,
        'Share of customers first seen within {{ var("new_customer_days") }} days'
            as title,
        count_new as count_part,
        count_customers as count_whole
    from customer_figures
    union all
    select
        'top_customers_event_rate' as figure_id,
        'Share of events made by the busiest 1 % of customers' as title,
        count_top_events as count_part,
        count_events as count_whole
    from customer_figures
    union all
    select
        'density' as figure_id,
        'Share of all pairs of customer and product with an event' as title,
        customer_figures.count_pairs as count_part,
        customer_figures.count_customers * product_figures.count_touched as count_whole
    from customer_figures
    cross join product_figures
    union all
    select
        'described_product_rate' as figure_id,
        'Share of products with a title and a category' as title,
        count_described as count_part,
        count_products as count_whole
    from product_figures
    union all
    select
        'cold_product_rate' as figure_id,
        'Share of products that fewer than five customers touched' as title,
        count_cold as count_part,
        count_products as count_whole
    from product_figures
    union all
    select
        'cart_abandonment_rate' as figure_id,
        'Share of carts of one visitor and day without a purchase that day' as title,
        count_abandoned as count_part,
        count_carts as count_whole
    from cart_figures

),

final as (

    select
        figure_id,
        title,
        cast(count_part as double) / nullif(count_whole, 0) as figure,
        cast(count_part as bigint) as count_part,
        cast(count_whole as bigint) as count_whole
    from counted

)

select * from final
