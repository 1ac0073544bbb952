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
        known.customer_key is not null as has_history,
        known.count_events,
        case
            when known.customer_key is null then 'no_history'
            when
                known.first_event_at
                >= {{ aisle.add_days(
                    'folds.cutoff_at', -aisle.checked_var('new_customer_days')
                ) }}
                then 'new'
            else 'known'
        end as kind
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

tenths as (

    select
        *,
        ntile(10) over (
            partition by fold_id, kind
            order by count_events asc nulls first, customer_id asc
        ) as events_tenth,
        {{ aisle.hash_uniform("concat_ws(':', fold_id, customer_id)") }} as draw
    from evaluated

),

-- Strata one behind the other, at random within each: every n-th customer is then
-- a sample with the same share of all of them.
placed as (

    select
        *,
        row_number() over (
            partition by fold_id
            order by kind asc, events_tenth asc, draw asc, customer_id asc
        ) as place,
        cast(count(*) over (partition by fold_id) as double) as count_customers,
        least(
            {{ aisle.checked_var('customers_per_fold') }},
            count(*) over (partition by fold_id)
        ) as sample_size
    from tenths

),

final as (

    select
        fold_id,
        customer_key,
        customer_id,
        has_history,
        floor(place * sample_size / count_customers)
        > floor((place - 1) * sample_size / count_customers) as is_sampled,
        count_customers / sample_size as sampling_weight
    from placed

)

select * from final
