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
        unseen_customer_key,
        count(*) as count_events,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at
    from interactions
    group by fold_id, customer_key, unseen_customer_key

),

final as (

    select
        folds.fold_id,
        keys.customer_key,
        keys.customer_id,
        customers.region,
        customers.attributes,
        activity.unseen_customer_key,
        activity.count_events,
        activity.first_event_at,
        activity.last_event_at
    from activity
    inner join folds
        on activity.fold_id = folds.fold_id
    inner join keys
        on activity.customer_key = keys.customer_key
    -- Who registers later is still a stranger.
    left join customers
        on
            keys.customer_id = customers.customer_id
            and coalesce(folds.cutoff_at > customers.registered_at, true)

)

select * from final
