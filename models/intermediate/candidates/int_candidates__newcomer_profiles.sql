with

customers as (

    select * from {{ ref('int_candidates__personal_shares') }}
    where personal_share < 1

),

regions as (

    select * from {{ ref('int_folds__customer_regions') }}

),

profiles as (

    select distinct
        fold_id,
        customer_key,
        profile
    from {{ ref('int_candidates__answer_profiles') }}

),

final as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.customer_id,
        regions.region,
        coalesce(profiles.profile, 'unknown') as profile
    from customers
    inner join regions
        on
            customers.fold_id = regions.fold_id
            and customers.customer_key = regions.customer_key
    left join profiles
        on
            customers.fold_id = profiles.fold_id
            and customers.customer_key = profiles.customer_key

)

select * from final
