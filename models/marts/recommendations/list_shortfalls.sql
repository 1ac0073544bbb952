with

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

slots as (

    select * from {{ ref('int_recommendations__slots') }}
    where
        placement = 'home'
        and week_part is null

),

candidates as (

    select * from {{ ref('int_rules__candidates') }}
    where fold_id = 'serving'

),

traced as (

    select * from {{ ref('int_slots__ranked') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

filled as (

    select
        customer_key,
        count(*) as count_slots
    from slots
    group by customer_key

),

considered as (

    select
        customer_key,
        count(*) as count_candidates
    from candidates
    group by customer_key

),

removed as (

    select
        customer_key,
        count(*) as count_removed
    from traced
    where
        removed_by_rule_id is not null
        and slot is null
    group by customer_key

),

final as (

    select
        customers.customer_id,
        case
            when coalesce(considered.count_candidates, 0) = 0
                then 'no candidate: nothing has been sold that could be shown'
            when
                coalesce(considered.count_candidates, 0) < {{ var('list_length') }}
                then 'too few candidates: the catalogue is smaller than the list'
            else 'rules removed too many candidates'
        end as reason,
        cast(coalesce(filled.count_slots, 0) as bigint) as count_slots,
        cast({{ var('list_length') }} as bigint) as count_wanted,
        cast(coalesce(considered.count_candidates, 0) as bigint) as count_candidates,
        cast(coalesce(removed.count_removed, 0) as bigint) as count_removed
    from customers
    left join filled
        on customers.customer_key = filled.customer_key
    left join considered
        on customers.customer_key = considered.customer_key
    left join removed
        on customers.customer_key = removed.customer_key
    where coalesce(filled.count_slots, 0) < {{ var('list_length') }}

)

select * from final
