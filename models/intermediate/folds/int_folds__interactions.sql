with

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

customers as (

    select * from {{ ref('int_folds__customer_keys') }}

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

numbered as (

    select
        *,
        row_number() over (order by occurred_at asc nulls last, interaction_id asc) - 1
            as interaction_key
    from interactions

),

baskets as (

    select
        basket_id,
        min(interaction_key) as basket_key
    from numbered
    where basket_id is not null
    group by basket_id

),

returns as (

    select
        returned.interaction_key,
        numbered.interaction_key as purchase_key
    from numbered as returned
    inner join numbered
        on returned.purchase_interaction_id = numbered.interaction_id

),

final as (

    select
        cast(numbered.interaction_key as bigint) as interaction_key,
        customers.customer_key,
        products.product_key,
        cast(baskets.basket_key as bigint) as basket_key,
        cast(returns.purchase_key as bigint) as purchase_key,
        numbered.interaction_type,
        numbered.quantity,
        numbered.unit_price,
        numbered.rating,
        numbered.dwell_seconds,
        numbered.occurred_at
    from numbered
    inner join products
        on numbered.product_id = products.product_id
    left join customers
        on numbered.customer_id = customers.customer_id
    left join baskets
        on numbered.basket_id = baskets.basket_id
    left join returns
        on numbered.interaction_key = returns.interaction_key

)

select * from final
