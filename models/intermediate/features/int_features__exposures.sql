with

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

impressions as (

    select
        seen.fold_id,
        customers.customer_key,
        seen.product_key,
        seen.age_days,
        seen.is_clicked
    from {{ ref('int_folds__impressions') }} as seen
    inner join customers
        on
            seen.fold_id = customers.fold_id
            and seen.customer_id = customers.customer_id

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

-- A click or a purchase begins the count anew.
answered as (

    select
        impressions.*,
        least(
            min(case when impressions.is_clicked then impressions.age_days end) over (
                partition by
                    impressions.fold_id,
                    impressions.customer_key,
                    impressions.product_key
            ),
            customer_products.last_purchase_age_days
        ) as answer_age_days
    from impressions
    left join customer_products
        on
            impressions.fold_id = customer_products.fold_id
            and impressions.customer_key = customer_products.customer_key
            and impressions.product_key = customer_products.product_key

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        count(*) as count_seen,
        count(
            case
                when coalesce(age_days < answer_age_days, true) and not is_clicked
                    then 1
            end
        ) as count_unanswered
    from answered
    group by fold_id, customer_key, product_key

)

select * from final
