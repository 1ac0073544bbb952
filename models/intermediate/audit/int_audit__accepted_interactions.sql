with

interactions as (

    select * from {{ ref('int_audit__interactions_checked') }}
    where disposition = 'accepted'

),

return_matches as (

    select * from {{ ref('int_audit__return_matches') }}

),

-- Without an order number, what somebody buys on one day is one order. A session may
-- have the id of another's account.
filled as (

    select
        *,
        coalesce(
            order_id,
            case
                when interaction_type = 'purchase' then concat_ws(
                    '',
                    case when customer_id is null then 'session ' end,
                    coalesce(customer_id, session_id),
                    '/',
                    cast(
                        {{ aisle.local_date('occurred_at') }}
                        as {{ dbt.type_string() }}
                    )
                )
            end
        ) as basket_id
    from interactions

),

final as (

    select
        filled.interaction_row_id as interaction_id,
        filled.customer_id,
        filled.session_id,
        filled.basket_id,
        filled.basket_id as order_id,
        filled.product_id,
        return_matches.purchase_interaction_id,
        filled.interaction_type,
        filled.channel,
        abs(coalesce(filled.quantity, 1.0)) as quantity,
        filled.unit_price,
        filled.rating,
        filled.dwell_seconds,
        coalesce(filled.is_known_customer, false) as is_known_customer,
        filled.occurred_at
    from filled
    left join return_matches
        on filled.interaction_row_id = return_matches.interaction_id

)

select * from final
