with

slots as (

    select * from {{ ref('int_recommendations__slots') }}
    where
        placement != 'home'
        or week_part is not null

),

reasons as (

    select * from {{ ref('int_recommendations__reasons') }}

),

anchored_slots as (

    select * from {{ ref('int_placements__anchored_slots') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

features as (

    select * from {{ ref('int_features__products') }}
    where fold_id = 'serving'

),

templates as (

    select * from {{ ref('int_recommendations__templates') }}

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

shelved as (

    select
        slots.placement,
        cast(null as {{ dbt.type_string() }}) as context_product_id,
        slots.customer_id,
        slots.week_part,
        slots.slot,
        slots.product_id,
        slots.scenario_id,
        slots.strategy,
        slots.title,
        slots.category,
        reasons.reason_code,
        reasons.reason_text,
        reasons.anchor_product_id,
        slots.score,
        slots.context_multiplier,
        slots.purchase_probability_30d,
        slots.price,
        not slots.is_personal as is_fallback
    from slots
    left join reasons
        on
            slots.fold_id = reasons.fold_id
            and slots.customer_key = reasons.customer_key
            and slots.product_key = reasons.product_key

),

-- What stands beside a product, or goes with a cart.
tied as (

    select
        anchored_slots.*,
        case
            when anchored_slots.tier = 2 then 'same_category'
            when anchored_slots.tier > 2 and {{ aisle.is_best_seller('features') }}
                then 'popular'
            when anchored_slots.tier > 2 then 'suggested'
            when anchored_slots.context_multiplier > 1 then 'goes_with_gift'
            when anchored_slots.placement = 'cart' then 'bought_together'
            when anchored_slots.is_by_behaviour then 'similar_product'
            else 'like_this'
        end as reason_code
    from anchored_slots
    inner join features
        on anchored_slots.product_key = features.product_key

),

anchored as (

    select
        tied.placement,
        anchors.product_id as context_product_id,
        customers.customer_id,
        cast(null as {{ dbt.type_string() }}) as week_part,
        tied.slot,
        products.product_id,
        'live' as scenario_id,
        case
            when tied.tier > 1 then 'popularity'
            when tied.placement = 'cart' then 'bought_together'
            else 'product_similarity'
        end as strategy,
        products.title,
        products.category,
        tied.reason_code,
        {{ aisle.reason_text('templates.template', {
            'anchor_title': 'coalesce(causes.title, causes.product_id)',
            'category': 'products.category',
        }) }} as reason_text,
        causes.product_id as anchor_product_id,
        tied.score,
        tied.context_multiplier,
        cast(null as double) as purchase_probability_30d,
        products.price,
        tied.tier > 1 as is_fallback
    from tied
    inner join products
        on tied.product_key = products.product_key
    left join products as anchors
        on tied.anchor_key = anchors.product_key
    left join products as causes
        on tied.reason_key = causes.product_key
    left join customers
        on tied.customer_key = customers.customer_key
    left join templates
        on tied.reason_code = templates.reason_code

),

placed as (

    select * from shelved
    union all
    select * from anchored

),

final as (

    select
        cast(placed.placement as {{ dbt.type_string() }}) as placement,
        placed.context_product_id,
        placed.customer_id,
        cast(placed.week_part as {{ dbt.type_string() }}) as week_part,
        cast(placed.slot as integer) as slot,
        placed.product_id,
        release.release_id,
        cast(placed.scenario_id as {{ dbt.type_string() }}) as scenario_id,
        cast(placed.strategy as {{ dbt.type_string() }}) as strategy,
        placed.title,
        placed.category,
        cast(placed.reason_code as {{ dbt.type_string() }}) as reason_code,
        cast(placed.reason_text as {{ dbt.type_string() }}) as reason_text,
        placed.anchor_product_id,
        cast(placed.score as double) as score,
        cast(placed.context_multiplier as double) as context_multiplier,
        cast(placed.purchase_probability_30d as double)
            as purchase_probability_30d,
        cast(placed.price as double) as price,
        placed.is_fallback
    from placed
    cross join release

)

select * from final
