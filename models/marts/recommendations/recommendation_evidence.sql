{#- Events kept of each product that a recommendation rests on; where its reason counts
    orders, all of them. -#}
{%- set events_per_product = 3 -%}

with

slots as (

    select * from {{ ref('int_recommendations__slots') }}
    where
        placement = 'home'
        and week_part is null

),

anchors as (

    select * from {{ ref('int_recommendations__anchors') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where fold_id = 'serving'

),

reasons as (

    select * from {{ ref('int_recommendations__reasons') }}
    where fold_id = 'serving'

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        fold_id = 'serving'
        and interaction_type not in (
            'purchase', 'return', 'remove_from_cart', 'dismiss'
        )

),

orders as (

    select * from {{ ref('int_features__orders') }}
    where fold_id = 'serving'

),

product_keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

-- The product itself, and what of the customer's history speaks for it most.
cited as (

    select
        customer_key,
        product_key,
        product_key as evidence_key,
        'same_product' as relation,
        cast(null as double) as similarity
    from slots
    union all
    select
        slots.customer_key,
        slots.product_key,
        anchors.anchor_key as evidence_key,
        anchors.reason_code as relation,
        anchors.similarity
    from slots
    inner join anchors
        on
            slots.fold_id = anchors.fold_id
            and slots.customer_key = anchors.customer_key
            and slots.product_key = anchors.product_key

),

-- An order is one purchase, and what was sent back whole is none.
dated as (

    select
        customer_key,
        product_key,
        interaction_type,
        interaction_key as event_key,
        occurred_at
    from interactions
    union all
    select
        customer_key,
        product_key,
        'purchase' as interaction_type,
        basket_key as event_key,
        ordered_at as occurred_at
    from orders

),

-- Purchases say more than what was looked at.
events as (

    select
        cited.customer_key,
        cited.product_key,
        cited.evidence_key,
        cited.relation,
        cited.similarity,
        dated.interaction_type,
        dated.occurred_at,
        row_number() over (
            partition by
                cited.customer_key,
                cited.product_key,
                cited.relation
            order by
                (dated.interaction_type = 'purchase') desc,
                dated.occurred_at desc,
                dated.event_key desc
        ) as event_number
    from cited
    inner join dated
        on
            cited.customer_key = dated.customer_key
            and cited.evidence_key = dated.product_key

),

final as (

    select
        slots.customer_id,
        slots.product_id,
        cast(events.relation as {{ dbt.type_string() }}) as relation,
        cast(events.event_number as integer) as event_number,
        product_keys.product_id as evidence_product_id,
        events.interaction_type,
        events.occurred_at,
        cast(events.similarity as double) as similarity,
        cast(customer_products.weight as double) as weight
    from events
    inner join slots
        on
            events.customer_key = slots.customer_key
            and events.product_key = slots.product_key
    inner join product_keys
        on events.evidence_key = product_keys.product_key
    left join reasons
        on
            events.customer_key = reasons.customer_key
            and events.product_key = reasons.product_key
    left join customer_products
        on
            events.customer_key = customer_products.customer_key
            and events.evidence_key = customer_products.product_key
    where
        events.event_number <= {{ events_per_product }}
        or (
            events.relation = 'same_product'
            and events.event_number <= reasons.count_orders
        )

)

select * from final
