with

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

products as (

    select * from {{ ref('input_products') }}

),

sold as (

    select
        product_id,
        min(occurred_at) as first_event_at
    from interactions
    group by product_id

),

-- A row says nothing before it is valid, whatever day of sale it names.
listed as (

    select
        product_id,
        min(case
            when available_from > valid_from then available_from
            else coalesce(valid_from, available_from)
        end) as listed_at
    from products
    group by product_id

),

known as (

    select
        coalesce(sold.product_id, listed.product_id) as product_id,
        sold.first_event_at,
        case
            when sold.first_event_at <= listed.listed_at then sold.first_event_at
            else coalesce(listed.listed_at, sold.first_event_at)
        end as known_at
    from sold
    full outer join listed
        on sold.product_id = listed.product_id

),

-- Numbered like customers; a product without any date is known to the serving fold only
-- and comes last.
final as (

    select
        cast(
            row_number() over (
                order by known_at asc nulls last, product_id asc
            ) - 1 as bigint
        ) as product_key,
        product_id,
        first_event_at,
        known_at
    from known

)

select * from final
