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

holdout_customers as (

    select * from {{ ref('int_folds__holdout_customers') }}
    where is_sampled

),

served as (

    select
        folds.fold_id,
        known.customer_key,
        customers.customer_id,
        known.customer_key is not null as has_history,
        greatest(known.last_event_at, customers.registered_at) as last_active_at,
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
        has_history,
        sampling_weight
    from holdout_customers
    union all
    select
        fold_id,
        customer_key,
        customer_id,
        has_history,
        cast(1 as double) as sampling_weight
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
        scored.has_history,
        -- Everybody, or in large folds a sample by id.
        {{ aisle.hash_uniform("concat_ws(':', 'scenarios', scored.customer_id)") }}
        < {{ aisle.checked_var('scenario_customers') }}
        / cast(count(*) over (partition by scored.fold_id) as double) as is_measured,
        scored.sampling_weight
    from scored
    cross join count_keys

)

select * from final
