{#- Half-open: a purchase at the end of a window is outside it. -#}
{%- set click_ends_at = aisle.add_days(
    'impressions.clicked_at', aisle.checked_var('attribution_click_days')
) -%}
{%- set view_ends_at = aisle.add_days(
    'impressions.served_at', aisle.checked_var('attribution_view_days')
) -%}

with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where customer_id is not null

),

purchases as (

    select * from {{ ref('int_folds__event_log') }}
    where
        interaction_type = 'purchase'
        and customer_id is not null

),

returns as (

    select * from {{ ref('int_folds__event_log') }}
    where
        interaction_type = 'return'
        and purchase_interaction_id is not null

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

-- What was clicked after the purchase had only been seen by then.
in_window as (

    select
        purchases.interaction_id,
        purchases.order_id,
        purchases.quantity,
        purchases.unit_price,
        purchases.occurred_at,
        impressions.*,
        case
            when impressions.clicked_at <= purchases.occurred_at then 'direct'
            else 'view_through'
        end as attribution
    from purchases
    inner join impressions
        on
            purchases.customer_id = impressions.customer_id
            and purchases.product_id = impressions.product_id
            and purchases.occurred_at >= impressions.served_at
            and case
                when impressions.clicked_at <= purchases.occurred_at
                    then purchases.occurred_at < {{ click_ends_at }}
                else purchases.occurred_at < {{ view_ends_at }}
            end

),

-- A purchase is one impression's: a click outdoes a view, a later one an earlier one.
chosen as (

    select
        *,
        row_number() over (
            partition by interaction_id
            order by
                case when attribution = 'direct' then 0 else 1 end asc,
                case when attribution = 'direct' then clicked_at end desc nulls last,
                served_at desc,
                impression_id asc
        ) as position
    from in_window

),

returned as (

    select
        purchase_interaction_id,
        {{ aisle.exact_sum('quantity') }} as quantity
    from returns
    group by purchase_interaction_id

),

netted as (

    select
        chosen.*,
        greatest(chosen.quantity - coalesce(returned.quantity, 0), 0) as net_quantity
    from chosen
    left join returned
        on chosen.interaction_id = returned.purchase_interaction_id
    where chosen.position = 1

),

final as (

    select
        netted.interaction_id,
        netted.impression_id,
        netted.customer_id,
        netted.product_id,
        netted.order_id,
        netted.placement,
        netted.release_id,
        netted.strategy,
        netted.scenario_id,
        netted.experiment_id,
        netted.variant,
        netted.attribution,
        netted.slot,
        netted.net_quantity as quantity,
        netted.net_quantity * netted.unit_price as revenue,
        netted.net_quantity * (netted.unit_price - products.unit_cost) as margin,
        netted.is_discovery,
        netted.served_at,
        netted.clicked_at,
        netted.occurred_at
    from netted
    left join products
        on netted.product_id = products.product_id

)

select * from final
