with

folds as (

    select * from {{ ref('folds') }}

),

scored_customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

-- Who registers at the cutoff or later is still a stranger.
final as (

    select
        scored_customers.fold_id,
        scored_customers.customer_key,
        coalesce(customers.region, 'unknown') as region
    from scored_customers
    inner join folds
        on scored_customers.fold_id = folds.fold_id
    left join customers
        on
            scored_customers.customer_id = customers.customer_id
            and coalesce(customers.registered_at < folds.cutoff_at, true)

)

select * from final
