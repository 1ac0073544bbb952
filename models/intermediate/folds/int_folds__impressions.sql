with

folds as (

    select * from {{ ref('folds') }}
    where
        is_evaluated
        or fold_role = 'serving'

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

final as (

    select
        folds.fold_id,
        impressions.impression_id,
        impressions.customer_id,
        products.product_key,
        {{ aisle.elapsed_days('impressions.served_at', 'folds.cutoff_at') }}
            as age_days,
        coalesce(impressions.clicked_at < folds.cutoff_at, false) as is_clicked
    from impressions
    inner join folds
        on impressions.served_at < folds.cutoff_at
    inner join products
        on impressions.product_id = products.product_id

)

select * from final
