with

lists as (

    select * from {{ ref('int_ranking__lists') }}
    where rank <= 10

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}
    where has_history

),

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

by_task as (

    select
        fold_id,
        'all' as task,
        customer_key,
        product_key
    from relevant
    union all
    select
        fold_id,
        case when is_bought_before then 'repeat' else 'new_to_customer' end as task,
        customer_key,
        product_key
    from relevant

),

customers as (

    select
        by_task.fold_id,
        by_task.task,
        by_task.customer_key,
        count(*) as count_relevant
    from by_task
    inner join folds
        on by_task.fold_id = folds.fold_id
    group by by_task.fold_id, by_task.task, by_task.customer_key

),

strategies as (

    select distinct
        fold_id,
        task,
        strategy
    from lists

),

hits as (

    select
        lists.fold_id,
        lists.task,
        lists.strategy,
        lists.customer_key,
        {{ aisle.exact_sum(aisle.discounted_gain('lists.rank'), 9) }} as sum_gain
    from lists
    inner join by_task
        on
            lists.fold_id = by_task.fold_id
            and lists.task = by_task.task
            and lists.customer_key = by_task.customer_key
            and lists.product_key = by_task.product_key
    group by lists.fold_id, lists.task, lists.strategy, lists.customer_key

),

final as (

    select
        customers.fold_id,
        customers.task,
        strategies.strategy,
        customers.customer_key,
        {{ aisle.ndcg_at_k(
            'coalesce(hits.sum_gain, 0)', 'customers.count_relevant', '10'
        ) }} as ndcg
    from customers
    inner join strategies
        on
            customers.fold_id = strategies.fold_id
            and customers.task = strategies.task
    left join hits
        on
            customers.fold_id = hits.fold_id
            and customers.task = hits.task
            and strategies.strategy = hits.strategy
            and customers.customer_key = hits.customer_key

)

select * from final
