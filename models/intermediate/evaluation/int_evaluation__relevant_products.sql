with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

part_purchases as (

    select * from {{ ref('int_evaluation__part_purchases') }}

),

caps as (

    select
        fold_id,
        percentile_cont(0.99) within group (order by revenue asc) as revenue_cap
    from relevant
    group by fold_id

),

evaluated as (

    select
        relevant.*,
        least(relevant.revenue, caps.revenue_cap) as revenue_winsorised
    from relevant
    inner join folds
        on relevant.fold_id = folds.fold_id
    inner join caps
        on relevant.fold_id = caps.fold_id

),

final as (

    select
        fold_id,
        'all' as task,
        customer_key,
        product_key,
        has_history,
        holdout_week,
        revenue,
        revenue_winsorised,
        margin
    from evaluated
    union all
    select
        fold_id,
        case when is_bought_before then 'repeat' else 'new_to_customer' end as task,
        customer_key,
        product_key,
        has_history,
        holdout_week,
        revenue,
        revenue_winsorised,
        margin
    from evaluated
    union all
    select
        part_purchases.fold_id,
        part_purchases.week_part as task,
        part_purchases.customer_key,
        part_purchases.product_key,
        part_purchases.has_history,
        part_purchases.holdout_week,
        part_purchases.revenue,
        least(part_purchases.revenue, caps.revenue_cap) as revenue_winsorised,
        part_purchases.margin
    from part_purchases
    inner join caps
        on part_purchases.fold_id = caps.fold_id

)

select * from final
