with

folds as (

    select * from {{ ref('folds') }}

),

keys as (

    select * from {{ ref('int_folds__customer_keys') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where customer_key is not null

),

customers as (

    select * from {{ ref('input_customers') }}

),

activity as (

    select
        fold_id,
        customer_key,
        count(*) as count_events,
        max(occurred_at) as last_event_at
    from interactions
    group by fold_id, customer_key

),

final as (

    select
        folds.fold_id,
        keys.customer_key,
        keys.customer_id,
        customers.region,
        customers.attributes,
        activity.count_events,
        keys.first_event_at,
        activity.last_event_at
    from folds
    inner join keys
        on folds.cutoff_at > keys.first_event_at
    inner join activity
        on
            folds.fold_id = activity.fold_id
            and keys.customer_key = activity.customer_key
    -- Who registers later is still a stranger.
    left join customers
        on
            keys.customer_id = customers.customer_id
            and coalesce(folds.cutoff_at > customers.registered_at, true)

)

select * from final
