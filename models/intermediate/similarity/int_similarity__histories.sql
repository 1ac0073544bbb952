with

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where weight > 0

),

folds as (

    select * from {{ ref('folds') }}

),

ranked as (

    select
        fold_id,
        customer_key,
        product_key,
        -- Whole numbers add up exactly; the logarithm keeps one habit from ruling.
        cast(round(100 * ln(1 + weight)) as integer) as weight,
        row_number() over (
            partition by fold_id, customer_key
            order by weight desc, last_event_age_days asc, product_key asc
        ) as rank
    from customer_products

),

final as (

    select
        ranked.fold_id,
        folds.fold_key,
        ranked.customer_key,
        ranked.product_key,
        ranked.weight,
        ranked.rank
    from ranked
    inner join folds
        on ranked.fold_id = folds.fold_id
    where
        ranked.rank <= {{ var('max_history') }}
        and ranked.weight > 0

)

select * from final
