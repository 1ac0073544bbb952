with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

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

)

select * from final
