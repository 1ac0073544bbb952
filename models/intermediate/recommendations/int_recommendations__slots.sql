{%- set columns = [
    'fold_id', 'scenario_id', 'placement', 'customer_key', 'product_key', 'strategy',
    'is_personal', 'score', 'is_discovery', 'discovery_kind', 'seed_product_key',
    'distance', 'propensity', 'slot',
] -%}

with

shelves as (

    select * from {{ ref('int_slots__lists') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and slot <= {{ var('list_length') }}

),

by_week_part as (

    select * from {{ ref('int_placements__part_ranked') }}
    where
        fold_id = 'serving'
        and slot <= {{ var('list_length') }}

),

emails as (

    select * from {{ ref('int_placements__emails') }}
    where slot <= {{ var('list_length') }}

),

lists as (

    {% for relation in ['shelves', 'emails'] -%}
        select
            {% for column in columns -%}
                {{ column }},
            {% endfor -%}
            cast(null as {{ dbt.type_string() }}) as week_part,
            cast(null as double) as context_multiplier
        from {{ relation }}
        union all
    {% endfor %}
    select
        {% for column in columns -%}
            {{ column }},
        {% endfor -%}
        week_part,
        context_multiplier
    from by_week_part

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}
    where fold_id = 'serving'

),

final as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.placement,
        lists.week_part,
        lists.customer_key,
        lists.product_key,
        customers.customer_id,
        products.product_id,
        products.title,
        products.category,
        products.price,
        lists.strategy,
        lists.slot,
        lists.score,
        lists.context_multiplier,
        lists.is_discovery,
        lists.discovery_kind,
        lists.seed_product_key,
        lists.distance,
        lists.propensity,
        probabilities.purchase_probability_30d,
        lists.is_personal
    from lists
    inner join customers
        on
            lists.fold_id = customers.fold_id
            and lists.customer_key = customers.customer_key
    inner join products
        on
            lists.fold_id = products.fold_id
            and lists.product_key = products.product_key
    left join probabilities
        on
            lists.fold_id = probabilities.fold_id
            and lists.customer_key = probabilities.customer_key
            and lists.product_key = probabilities.product_key

)

select * from final
