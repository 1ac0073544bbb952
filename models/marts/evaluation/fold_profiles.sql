with

folds as (

    select * from {{ ref('folds') }}

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

typed as (

    select
        customers.fold_id,
        coalesce(segments.activity_type, 'no_history') as activity_type
    from customers
    left join segments
        on
            customers.fold_id = segments.fold_id
            and customers.customer_key = segments.customer_key
            and customers.has_history

),

counted as (

    select
        fold_id,
        activity_type,
        count(*) as count_customers
    from typed
    group by fold_id, activity_type

),

totals as (

    select
        fold_id,
        sum(count_customers) as count_customers
    from counted
    group by fold_id

),

final as (

    select
        counted.fold_id,
        folds.fold_role,
        counted.activity_type,
        cast(counted.count_customers as bigint) as count_customers,
        cast(counted.count_customers as double) / totals.count_customers
            as customer_rate
    from counted
    inner join totals
        on counted.fold_id = totals.fold_id
    inner join folds
        on counted.fold_id = folds.fold_id

)

select * from final
