with

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

sizes as (

    select
        fold_id,
        count(*) as count_customers
    from customers
    group by fold_id

),

shared as (

    select
        customers.fold_id,
        others.fold_id as other_fold_id,
        count(*) as count_shared_customers
    from customers
    inner join customers as others
        on customers.customer_id = others.customer_id
    where customers.fold_id != others.fold_id
    group by customers.fold_id, others.fold_id

),

final as (

    select
        sizes.fold_id,
        others.fold_id as other_fold_id,
        cast(sizes.count_customers as bigint) as count_customers,
        cast(coalesce(shared.count_shared_customers, 0) as bigint)
            as count_shared_customers,
        cast(coalesce(shared.count_shared_customers, 0) as double)
        / sizes.count_customers as shared_rate
    from sizes
    inner join sizes as others
        on sizes.fold_id != others.fold_id
    left join shared
        on
            sizes.fold_id = shared.fold_id
            and others.fold_id = shared.other_fold_id

)

select * from final
