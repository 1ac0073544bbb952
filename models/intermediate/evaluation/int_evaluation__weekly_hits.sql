with

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        task = 'all'
        and rank <= 10

),

relevant as (

    select * from {{ ref('int_evaluation__relevant_products') }}
    where
        task = 'all'
        and has_history

),

listed_customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

strategies as (

    select distinct
        fold_id,
        scenario_id,
        strategy
    from lists

),

customers as (

    select
        fold_id,
        customer_key,
        holdout_week,
        count(*) as count_relevant
    from relevant
    group by fold_id, customer_key, holdout_week

),

hits as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.customer_key,
        relevant.holdout_week,
        count(*) as count_hits,
        {{ aisle.exact_sum(aisle.discounted_gain('lists.rank'), 9) }} as sum_gain
    from lists
    inner join relevant
        on
            lists.fold_id = relevant.fold_id
            and lists.customer_key = relevant.customer_key
            and lists.product_key = relevant.product_key
    group by
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.customer_key,
        relevant.holdout_week

),

final as (

    select
        customers.fold_id,
        strategies.scenario_id,
        strategies.strategy,
        customers.customer_key,
        customers.holdout_week,
        10 as k,
        customers.count_relevant,
        coalesce(hits.count_hits, 0) as count_hits,
        coalesce(hits.sum_gain, 0) as sum_gain
    from customers
    inner join strategies
        on customers.fold_id = strategies.fold_id
    left join listed_customers
        on
            customers.fold_id = listed_customers.fold_id
            and customers.customer_key = listed_customers.customer_key
    left join hits
        on
            customers.fold_id = hits.fold_id
            and strategies.scenario_id = hits.scenario_id
            and strategies.strategy = hits.strategy
            and customers.customer_key = hits.customer_key
            and customers.holdout_week = hits.holdout_week
    where
        strategies.scenario_id in ('relevance_only', 'live')
        or coalesce(listed_customers.is_measured, false)

)

select * from final
