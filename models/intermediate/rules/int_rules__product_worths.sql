with

products as (

    select * from {{ ref('int_features__products') }}

),

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

events as (

    select * from {{ ref('int_rules__product_events') }}

),

-- Discounts count: what was paid lately comes before what the list says.
paid as (

    select
        products.fold_id,
        products.product_key,
        products.unit_cost,
        coalesce(nullif(products.recent_price, 0), products.price) as price
    from products
    inner join folds
        on products.fold_id = folds.fold_id

),

-- Net of what comes back. Nothing earns less than a hundredth of its price: a product
-- sold at a loss goes to the end and no further.
final as (

    select
        paid.fold_id,
        paid.product_key,
        paid.price * (1 - least(coalesce(events.return_rate, 0), 0.99e0)) as price,
        case
            when paid.unit_cost is not null
                then greatest(
                    (paid.price - paid.unit_cost)
                    * (1 - least(coalesce(events.return_rate, 0), 0.99e0)),
                    0.01e0 * paid.price
                )
        end as margin,
        events.satisfaction,
        nullif(events.engagement, 0) as engagement
    from paid
    left join events
        on
            paid.fold_id = events.fold_id
            and paid.product_key = events.product_key
    where paid.price > 0

)

select * from final
