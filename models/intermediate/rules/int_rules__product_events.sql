with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where interaction_type in ('purchase', 'return', 'complaint')

),

counted as (

    select
        fold_id,
        product_key,
        cast(count(case when interaction_type = 'purchase' then 1 end) as double)
            as count_purchases,
        count(case when interaction_type = 'return' then 1 end) as count_returns,
        count(case when interaction_type = 'complaint' then 1 end) as count_complaints
    from interactions
    group by fold_id, product_key

),

final as (

    select
        fold_id,
        product_key,
        count_returns / nullif(count_purchases, 0) as return_rate,
        count_complaints / nullif(count_purchases, 0) as complaint_rate
    from counted

)

select * from final
