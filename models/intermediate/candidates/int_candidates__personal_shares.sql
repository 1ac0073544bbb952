with

scored_customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

personal_customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

customers as (

    select * from {{ ref('int_features__customers') }}

),

-- What the customer wants, or the shop grants: 0 is nothing personal, 1 all.
levels as (

    select
        fold_id,
        customer_key,
        {{ aisle.personalisation_level('attributes') }} as personalisation_level
    from {{ ref('int_folds__customers') }}

),

bands as (

    select
        *,
        lead(min_orders) over (order by min_orders asc) as next_min_orders
    from {{ ref('personal_shares') }}

),

counted as (

    select
        scored_customers.fold_id,
        scored_customers.customer_key,
        scored_customers.customer_id,
        personal_customers.customer_key is not null as is_personal,
        coalesce(customers.count_orders, 0) as count_orders,
        coalesce(levels.personalisation_level, 1) as personalisation_level
    from scored_customers
    left join personal_customers
        on
            scored_customers.fold_id = personal_customers.fold_id
            and scored_customers.customer_key = personal_customers.customer_key
    left join customers
        on
            scored_customers.fold_id = customers.fold_id
            and scored_customers.customer_key = customers.customer_key
    left join levels
        on
            scored_customers.fold_id = levels.fold_id
            and scored_customers.customer_key = levels.customer_key

),

-- Where nothing personal runs, no slot can be.
final as (

    select
        counted.fold_id,
        counted.customer_key,
        counted.customer_id,
        bands.band,
        counted.is_personal,
        case
            when counted.is_personal
                then round(bands.personal_share * counted.personalisation_level, 3)
            else 0
        end as personal_share
    from counted
    inner join bands
        on
            counted.count_orders >= bands.min_orders
            and coalesce(counted.count_orders < bands.next_min_orders, true)

)

select * from final
