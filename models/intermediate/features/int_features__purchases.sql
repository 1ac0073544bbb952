with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where interaction_type in ('purchase', 'return')

),

-- Only returns made before the cutoff are in these rows: a later one changes nothing
-- here.
returned as (

    select
        fold_key,
        purchase_key,
        {{ aisle.exact_sum('quantity') }} as quantity
    from interactions
    where
        interaction_type = 'return'
        and purchase_key is not null
    group by fold_key, purchase_key

),

net as (

    select
        interactions.fold_key,
        interactions.interaction_key,
        interactions.customer_key,
        interactions.unseen_customer_key,
        interactions.product_key,
        interactions.basket_key,
        interactions.unit_price,
        interactions.age_days,
        interactions.occurred_at,
        interactions.quantity - coalesce(returned.quantity, 0) as quantity
    from interactions
    left join returned
        on
            interactions.fold_key = returned.fold_key
            and interactions.interaction_key = returned.purchase_key
    where interactions.interaction_type = 'purchase'

),

final as (

    select * from net
    where quantity > 0

)

select * from final
