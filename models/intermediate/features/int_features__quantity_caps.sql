with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        interaction_type = 'purchase'
        and unseen_customer_key is null

),

caps as (

    select
        fold_id,
        percentile_cont({{ var('quantity_cap_percentile') }}) within group (
            order by quantity asc nulls last
        ) as quantity_cap,
        count(*) as count_purchases
    from interactions
    group by fold_id

),

capped as (

    select
        interactions.fold_id,
        count(*) as count_capped_purchases
    from interactions
    inner join caps
        on interactions.fold_id = caps.fold_id
    where interactions.quantity > caps.quantity_cap
    group by interactions.fold_id

),

final as (

    select
        folds.fold_id,
        coalesce(caps.quantity_cap, 1.0) as quantity_cap,
        coalesce(caps.count_purchases, 0) as count_purchases,
        coalesce(capped.count_capped_purchases, 0) as count_capped_purchases
    from folds
    left join caps
        on folds.fold_id = caps.fold_id
    left join capped
        on folds.fold_id = capped.fold_id

)

select * from final
