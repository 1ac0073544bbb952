with

interactions as (

    select * from {{ ref('int_audit__interactions_checked') }}
    where
        disposition = 'accepted'
        and interaction_type in ('purchase', 'return')

),

returns as (

    select *
    from interactions
    where interaction_type = 'return'

),

purchases as (

    select *
    from interactions
    where interaction_type = 'purchase'

),

named as (

    select
        returns.interaction_row_id,
        min(purchases.interaction_row_id) as purchase_row_id
    from returns
    inner join purchases
        on
            returns.source_system = purchases.source_system
            and returns.returned_interaction_id = purchases.interaction_id
            and returns.occurred_at >= purchases.occurred_at
    group by returns.interaction_row_id

),

-- Where the source names none, one of the visitor's own earlier purchases is meant.
-- Sessions stand in for customers of whom nothing else is known.
alike as (

    select
        returns.interaction_row_id,
        purchases.interaction_row_id as purchase_row_id,
        row_number() over (
            partition by returns.interaction_row_id
            order by
                case
                    when purchases.variant_product_id = returns.variant_product_id
                        then 0
                    else 1
                end asc nulls last,
                case
                    when
                        coalesce(purchases.quantity, 1)
                        >= abs(coalesce(returns.quantity, 1))
                        then 0
                    else 1
                end asc nulls last,
                case
                    when purchases.unit_price = returns.unit_price then 0
                    else 1
                end asc nulls last,
                purchases.occurred_at desc,
                purchases.interaction_row_id asc
        ) as preference
    from returns
    inner join purchases
        on
            returns.product_id = purchases.product_id
            and coalesce(returns.customer_id, returns.session_id)
            = coalesce(purchases.customer_id, purchases.session_id)
            and returns.occurred_at >= purchases.occurred_at
    where (returns.customer_id is null) = (purchases.customer_id is null)

),

final as (

    select
        returns.interaction_row_id as interaction_id,
        coalesce(named.purchase_row_id, alike.purchase_row_id)
            as purchase_interaction_id
    from returns
    left join named
        on returns.interaction_row_id = named.interaction_row_id
    left join alike
        on
            returns.interaction_row_id = alike.interaction_row_id
            and alike.preference = 1

)

select * from final
