{%- set columns = [
    'customer_key', 'product_key', 'strategy', 'score', 'place', 'relevance',
    'multiplier', 'value_multiplier', 'diversity_multiplier', 'mmr_value',
    'final_score', 'discovery_kind', 'propensity', 'applied_rule_ids',
    'removed_by_rule_id', 'slot',
] -%}

with

ranked as (

    select * from {{ ref('int_slots__ranked') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

part_ranked as (

    select * from {{ ref('int_placements__part_ranked') }}
    where fold_id = 'serving'

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__product_keys') }}

),

traced as (

    select
        {% for column in columns -%}
            {{ column }},
        {% endfor -%}
        cast(null as {{ dbt.type_string() }}) as week_part,
        cast(1 as double) as context_multiplier
    from ranked
    union all
    select
        {% for column in columns -%}
            {{ column }},
        {% endfor -%}
        week_part,
        context_multiplier
    from part_ranked

),

final as (

    select
        customers.customer_id,
        products.product_id,
        cast(traced.week_part as {{ dbt.type_string() }}) as week_part,
        traced.strategy,
        cast(traced.score as double) as score,
        traced.place,
        cast(traced.relevance as double) as relevance,
        cast(traced.multiplier as double) as rule_multiplier,
        cast(traced.value_multiplier as double) as value_multiplier,
        cast(traced.diversity_multiplier as double) as diversity_multiplier,
        cast(traced.context_multiplier as double) as context_multiplier,
        cast(traced.mmr_value as double) as mmr_value,
        cast(traced.final_score as double) as final_score,
        cast(traced.discovery_kind as {{ dbt.type_string() }}) as discovery_kind,
        cast(traced.propensity as double) as propensity,
        traced.applied_rule_ids,
        traced.removed_by_rule_id,
        case when traced.slot <= {{ var('list_length') }} then traced.slot end as slot,
        cast(
            case
                when traced.slot <= {{ var('list_length') }} then 'shown'
                when traced.removed_by_rule_id is not null then 'removed_by_rule'
                when traced.place <= {{ var('list_length') }} then 'displaced'
                else 'below_depth'
            end as {{ dbt.type_string() }}
        ) as outcome
    from traced
    inner join customers
        on traced.customer_key = customers.customer_key
    inner join products
        on traced.product_key = products.product_key

)

select * from final
