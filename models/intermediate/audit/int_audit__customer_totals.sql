with

accepted as (

    select * from {{ ref('int_audit__accepted_interactions') }}
    where customer_id is not null

),

-- What came back without a price was worth what had been paid for it.
interactions as (

    select
        accepted.customer_id,
        accepted.product_id,
        accepted.basket_id,
        accepted.interaction_type,
        accepted.quantity,
        coalesce(accepted.unit_price, purchases.unit_price, 0) as unit_price,
        accepted.occurred_at
    from accepted
    left join accepted as purchases
        on accepted.purchase_interaction_id = purchases.interaction_id

),

products as (

    select * from {{ ref('int_audit__current_products') }}

),

customer_products as (

    select
        customer_id,
        product_id,
        count(*) as count_events,
        count(case when interaction_type = 'purchase' then 1 end) as count_purchases,
        {{ aisle.exact_sum("""case interaction_type
            when 'purchase' then quantity * unit_price
            when 'return' then -quantity * unit_price
            else 0
        end""") }} as net_value,
        min(occurred_at) as first_event_at
    from interactions
    group by customer_id, product_id

),

orders as (

    select
        customer_id,
        count(distinct basket_id) as count_orders
    from interactions
    where interaction_type = 'purchase'
    group by customer_id

),

totals as (

    select
        customer_products.customer_id,
        sum(customer_products.count_events) as count_events,
        count(*) as count_products,
        count(distinct case
            when customer_products.count_purchases > 0 then products.category
        end) as count_categories,
        {{ aisle.exact_sum('customer_products.net_value') }} as lifetime_value,
        min(customer_products.first_event_at) as first_event_at
    from customer_products
    left join products
        on customer_products.product_id = products.product_id
    group by customer_products.customer_id

),

final as (

    select
        totals.customer_id,
        totals.lifetime_value,
        cast(totals.count_events as bigint) as count_events,
        coalesce(orders.count_orders, 0) as count_orders,
        totals.count_products,
        totals.count_categories,
        totals.first_event_at
    from totals
    left join orders
        on totals.customer_id = orders.customer_id

)

select * from final
