with

events as (

    select * from {{ ref('int_folds__event_log') }}

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

returned as (

    select
        purchase_interaction_id,
        sum({{ aisle.exact_decimal('quantity') }}) as quantity
    from events
    where
        interaction_type = 'return'
        and purchase_interaction_id is not null
    group by purchase_interaction_id

),

netted as (

    select
        events.*,
        least(coalesce(cast(returned.quantity as double), 0), events.quantity)
            as returned_quantity
    from events
    left join returned
        on events.interaction_id = returned.purchase_interaction_id
    where events.interaction_type = 'purchase'

),

final as (

    select
        netted.interaction_id,
        netted.customer_id,
        netted.session_id,
        netted.order_id,
        netted.product_id,
        netted.channel,
        netted.quantity as ordered_quantity,
        netted.quantity - netted.returned_quantity as quantity,
        (netted.quantity - netted.returned_quantity) * netted.unit_price as revenue,
        (netted.quantity - netted.returned_quantity)
        * (netted.unit_price - products.unit_cost) as margin,
        netted.occurred_at
    from netted
    left join products
        on netted.product_id = products.product_id

)

select * from final
