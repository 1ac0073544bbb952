with

purchases as (

    select * from {{ ref('int_features__purchases') }}
    where
        basket_key is not null
        and unseen_customer_key is null

),

folds as (

    select * from {{ ref('folds') }}

),

-- Anonymous baskets count here: who bought does not matter, what went together does.
lines as (

    select
        fold_key,
        basket_key,
        product_key,
        {{ aisle.exact_sum('quantity * coalesce(unit_price, 0)') }} as revenue
    from purchases
    group by fold_key, basket_key, product_key

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_key, basket_key
            order by revenue desc, product_key asc
        ) as rank
    from lines

),

final as (

    select
        folds.fold_id,
        ranked.fold_key,
        ranked.basket_key,
        ranked.product_key
    from ranked
    inner join folds
        on ranked.fold_key = folds.fold_key
    where ranked.rank <= {{ var('max_basket_products') }}

)

select * from final
