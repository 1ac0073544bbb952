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

    select * from {{ ref('int_folds__purchase_log') }}
    where customer_id is not null

),

-- What was clicked after the purchase had only been seen by then.
in_window as (

    select
        purchases.interaction_id,
        purchases.order_id,
        purchases.quantity,
        purchases.revenue,
        purchases.margin,
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
                case when attribution = 'direct' then 0 else 1 end asc nulls last,
                case when attribution = 'direct' then clicked_at end desc nulls last,
                served_at desc nulls last,
                impression_id asc
        ) as position
    from in_window

),

final as (

    select
        interaction_id,
        impression_id,
        customer_id,
        product_id,
        order_id,
        placement,
        release_id,
        strategy,
        scenario_id,
        experiment_id,
        variant,
        attribution,
        slot,
        quantity,
        revenue,
        margin,
        is_discovery,
        served_at,
        clicked_at,
        occurred_at
    from chosen
    where position = 1

)

select * from final
