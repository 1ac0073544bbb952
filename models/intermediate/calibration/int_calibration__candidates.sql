{{ config(materialized='view') }}

with

candidates as (

    select * from {{ ref('int_ranking__shelves') }}

),

spans as (

    select * from {{ aisle.of_full_build('int_calibration__spans') }}
    where target = 'product_given_buys'

),

customers as (

    select * from {{ ref('int_calibration__customers') }}
    where fold_role != 'train'

),

positioned as (

    select
        candidates.fold_id,
        candidates.customer_key,
        candidates.product_key,
        candidates.home_strategy as strategy,
        candidates.is_bought,
        customers.fold_role,
        {{ aisle.bounded_score('candidates.home_score') }} as position,
        ln(1 + customers.count_orders) as log_orders,
        ln(greatest(coalesce(customers.average_basket_size, 1), 1))
            as log_basket_size
    from candidates
    inner join customers
        on
            candidates.fold_id = customers.fold_id
            and candidates.customer_key = customers.customer_key

),

final as (

    select
        positioned.fold_id,
        positioned.customer_key,
        positioned.product_key,
        positioned.strategy,
        positioned.is_bought,
        positioned.fold_role,
        spans.first_logit
        + (spans.last_logit - spans.first_logit)
        * (positioned.position - spans.first_position)
        / (spans.last_position - spans.first_position) as score_logit,
        positioned.log_orders,
        positioned.log_basket_size
    from positioned
    inner join spans
        on
            positioned.strategy = spans.strategy
            and positioned.position >= spans.first_position
            and positioned.position < spans.last_position

)

select * from final
