with

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

impressions as (

    select * from {{ ref('input_impressions') }}

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

-- One that was logged twice was seen once.
logged as (

    select
        impression_id,
        customer_id,
        product_id,
        min(served_at) as served_at,
        min(clicked_at) as clicked_at
    from impressions
    where
        impression_id is not null
        and served_at is not null
    group by impression_id, customer_id, product_id

),

final as (

    select
        folds.fold_id,
        logged.impression_id,
        logged.customer_id,
        products.product_key,
        {{ aisle.elapsed_days('logged.served_at', 'folds.cutoff_at') }} as age_days,
        coalesce(
            logged.clicked_at >= logged.served_at
            and logged.clicked_at < folds.cutoff_at,
            false
        ) as is_clicked
    from logged
    inner join folds
        on logged.served_at < folds.cutoff_at
    inner join products
        on logged.product_id = products.product_id

)

select * from final
