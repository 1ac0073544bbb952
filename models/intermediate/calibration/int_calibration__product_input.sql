{{ config(materialized='view') }}

with

candidates as (

    select * from {{ ref('int_calibration__candidates') }}
    where fold_role = 'validation'

),

relevant as (

    select * from {{ ref('int_ranking__relevant_products') }}

),

buyers as (

    select * from {{ ref('int_calibration__customers') }}
    where has_bought

),

final as (

    select
        candidates.customer_key,
        candidates.product_key,
        candidates.score_logit,
        candidates.log_orders,
        candidates.log_basket_size,
        relevant.product_key is not null as is_relevant
    from candidates
    inner join buyers
        on
            candidates.fold_id = buyers.fold_id
            and candidates.customer_key = buyers.customer_key
    left join relevant
        on
            candidates.fold_id = relevant.fold_id
            and candidates.customer_key = relevant.customer_key
            and candidates.product_key = relevant.product_key

)

select * from final
