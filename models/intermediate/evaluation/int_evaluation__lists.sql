with

ranked_lists as (

    select * from {{ ref('int_ranking__lists') }}

),

live_lists as (

    select * from {{ ref('int_rules__lists') }}
    where fold_id in ('validation', 'test')

),

-- The live scenario is measured beside the same strategy before rules.
tasks as (

    select
        fold_id,
        'relevance_only' as scenario_id,
        strategy,
        task,
        customer_key,
        product_key,
        rank
    from ranked_lists
    union all
    select
        fold_id,
        scenario_id,
        '{{ var("live_strategy") }}' as strategy,
        'all' as task,
        customer_key,
        product_key,
        slot as rank
    from live_lists
    where slot <= {{ var('evaluation_depth') }}
    union all
    select
        fold_id,
        scenario_id,
        '{{ var("live_strategy") }}' as strategy,
        case when is_bought then 'repeat' else 'new_to_customer' end as task,
        customer_key,
        product_key,
        slot_of_kind as rank
    from live_lists
    where slot_of_kind <= {{ var('evaluation_depth') }}

),

final as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        customer_key,
        product_key,
        rank
    from tasks

)

select * from final
