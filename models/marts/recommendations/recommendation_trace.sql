with

ranked as (

    select * from {{ ref('int_slots__ranked') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

final as (

    select
        customers.customer_id,
        products.product_id,
        ranked.strategy,
        cast(ranked.score as double) as score,
        ranked.place,
        cast(ranked.relevance as double) as relevance,
        cast(ranked.multiplier as double) as rule_multiplier,
        cast(ranked.value_multiplier as double) as value_multiplier,
        cast(ranked.diversity_multiplier as double) as diversity_multiplier,
        cast(ranked.mmr_value as double) as mmr_value,
        cast(ranked.final_score as double) as final_score,
        cast(ranked.discovery_kind as {{ dbt.type_string() }}) as discovery_kind,
        cast(ranked.propensity as double) as propensity,
        ranked.applied_rule_ids,
        ranked.removed_by_rule_id,
        case when ranked.slot <= {{ var('list_length') }} then ranked.slot end as slot,
        cast(
            case
                when ranked.slot <= {{ var('list_length') }} then 'shown'
                when ranked.removed_by_rule_id is not null then 'removed_by_rule'
                when ranked.place <= {{ var('list_length') }} then 'displaced'
                else 'below_depth'
            end as {{ dbt.type_string() }}
        ) as outcome
    from ranked
    inner join customers
        on ranked.customer_key = customers.customer_key
    inner join products
        on ranked.product_key = products.product_key

)

select * from final
