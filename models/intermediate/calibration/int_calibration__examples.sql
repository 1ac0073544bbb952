{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_calibration__customers') }}
    where fold_role = 'validation'

),

activity as (

    select * from {{ ref('int_calibration__activity_scored') }}

),

candidates as (

    select * from {{ ref('int_ranking__shelves') }}

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

-- Each with what came true in the validation fold: of all customers whether they
-- bought, of those who did, which of their candidates.
final as (

    select
        'customer_buys' as target,
        'activity' as strategy,
        customers.customer_key,
        cast(null as bigint) as product_key,
        {{ aisle.bounded_score('activity.activity_score') }} as position,
        customers.has_bought as is_positive
    from customers
    inner join activity
        on
            customers.fold_id = activity.fold_id
            and customers.customer_key = activity.customer_key
    union all
    select
        'product_given_buys' as target,
        candidates.home_strategy as strategy,
        customers.customer_key,
        candidates.product_key,
        {{ aisle.bounded_score('candidates.home_score') }} as position,
        relevant.product_key is not null as is_positive
    from customers
    inner join candidates
        on
            customers.fold_id = candidates.fold_id
            and customers.customer_key = candidates.customer_key
    left join relevant
        on
            candidates.fold_id = relevant.fold_id
            and candidates.customer_key = relevant.customer_key
            and candidates.product_key = relevant.product_key
    where customers.has_bought

)

select * from final
