with

candidates as (

    select * from {{ ref('int_rules__candidates') }}
    where removed_by_rule_id is null

),

ranked as (

    select
        *,
        row_number() over list as slot,
        count(case when is_bought then 1 end) over list as count_bought
    from candidates
    window list as (
        partition by fold_id, customer_key
        order by score desc nulls last, popularity_rank asc
        rows between unbounded preceding and current row
    )

),

split as (

    select
        *,
        case when is_bought then count_bought else slot - count_bought end
            as slot_of_kind
    from ranked

),

final as (

    select
        fold_id,
        'live' as scenario_id,
        customer_key,
        product_key,
        is_personal,
        is_bought,
        score,
        cast(slot as integer) as slot,
        cast(slot_of_kind as integer) as slot_of_kind
    from split
    where
        slot <= {{ [
            aisle.checked_var('list_length'), aisle.checked_var('evaluation_depth')
        ] | max }}
        or slot_of_kind <= {{ var('evaluation_depth') }}

)

select * from final
