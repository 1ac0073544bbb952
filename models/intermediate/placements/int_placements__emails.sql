with

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

hits as (

    select * from {{ ref('int_rules__hits') }}
    where fold_id = 'serving'

),

{{ aisle.kept_out_of('email') }},

final as (

    select
        lists.fold_id,
        lists.scenario_id,
        'email' as placement,
        lists.customer_key,
        lists.product_key,
        lists.strategy,
        lists.is_personal,
        lists.score,
        lists.is_discovery,
        lists.discovery_kind,
        lists.seed_product_key,
        lists.distance,
        lists.propensity,
        cast(
            row_number() over (
                partition by lists.customer_key
                order by lists.slot asc nulls last
            ) as integer
        ) as slot
    from lists
    cross join kept_out
    left join hits
        on
            lists.customer_key = hits.customer_key
            and lists.product_key = hits.product_key
    where (coalesce(hits.rule_mask, 0) & kept_out.rule_mask) = 0

)

select * from final
