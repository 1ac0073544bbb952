with

folds as (

    select * from {{ ref('folds') }}

),

keys as (

    select * from {{ ref('int_folds__customer_keys') }}

),

known as (

    select * from {{ ref('int_folds__customers') }}

),

customers as (

    select * from {{ ref('input_customers') }}
    where not is_test_account

),

holdout_purchases as (

    select * from {{ ref('int_folds__holdout_purchases') }}

),

unseen as (

    select * from {{ ref('int_folds__unseen_customers') }}

),

shown as (

    select * from {{ ref('int_folds__shown_histories') }}

),

buyers as (

    select distinct
        fold_id,
        customer_key
    from holdout_purchases

),

-- First-time customers of a holdout get the fallback lists and a segment of their own.
-- Nothing is learnt or chosen from customers who are kept out.
evaluated as (

    select
        buyers.fold_id,
        buyers.customer_key,
        keys.customer_id,
        known.customer_key is not null as has_history
    from buyers
    inner join folds
        on buyers.fold_id = folds.fold_id
    inner join keys
        on buyers.customer_key = keys.customer_key
    left join known
        on
            buyers.fold_id = known.fold_id
            and buyers.customer_key = known.customer_key
    left join unseen
        on buyers.customer_key = unseen.customer_key
    left join shown
        on
            buyers.fold_id = shown.fold_id
            and buyers.customer_key = shown.customer_key
    where
        case folds.fold_role
            when 'cold_start'
                then
                    shown.customer_key is not null
                    or (
                        folds.history_orders = 0
                        and folds.cutoff_at <= keys.first_event_at
                    )
            when 'train' then unseen.customer_key is null
            when 'validation' then unseen.customer_key is null
            else true
        end

),

served as (

    select
        folds.fold_id,
        known.customer_key,
        customers.customer_id,
        known.customer_key is not null as has_history,
        coalesce(known.last_event_at, customers.registered_at) as last_active_at,
        folds.cutoff_at
    from folds
    cross join customers
    left join known
        on
            folds.fold_id = known.fold_id
            and customers.customer_id = known.customer_id
    where
        folds.fold_role = 'serving'
        and coalesce(customers.registered_at < folds.cutoff_at, true)

),

-- Whoever registered without a date or an event may be new: better a list than none.
eligible as (

    select
        fold_id,
        customer_key,
        customer_id,
        has_history
    from served
    where
        last_active_at is null
        or last_active_at
        >= {{ aisle.add_days(
            'cutoff_at', -aisle.checked_var('active_within_days')
        ) }}

),

scored as (

    select
        fold_id,
        customer_key,
        customer_id,
        has_history
    from evaluated
    union all
    select
        fold_id,
        customer_key,
        customer_id,
        has_history
    from eligible

),

count_keys as (

    select count(*) as count_customers
    from keys

),

final as (

    select
        scored.fold_id,
        coalesce(
            scored.customer_key,
            count_keys.count_customers - 1 + row_number() over (
                partition by scored.fold_id, scored.customer_key
                order by scored.customer_id asc
            )
        ) as customer_key,
        scored.customer_id,
        scored.has_history
    from scored
    cross join count_keys

)

select * from final
