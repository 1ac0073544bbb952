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

-- Net of what comes back. Nothing earns less than a hundredth of its price: a product
-- sold at a loss goes to the end and no further.
final as (

    select
        products.fold_id,
        products.product_key,
        products.price * (1 - least(coalesce(events.return_rate, 0), 0.99e0))
            as price,
        case
            when products.unit_cost is not null
                then greatest(
                    (products.price - products.unit_cost)
                    * (1 - least(coalesce(events.return_rate, 0), 0.99e0)),
                    0.01e0 * products.price
                )
        end as margin,
        events.satisfaction,
        nullif(events.engagement, 0) as engagement
    from products
    inner join folds
        on products.fold_id = folds.fold_id
    left join events
        on
            products.fold_id = events.fold_id
            and products.product_key = events.product_key
    where products.price > 0

)

select * from final
