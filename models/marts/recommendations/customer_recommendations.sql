with

slots as (

    select * from {{ ref('int_recommendations__slots') }}
    where
        placement = 'home'
        and week_part is null

),

reasons as (

    select * from {{ ref('int_recommendations__reasons') }}

),

worths as (

    select * from {{ ref('int_rules__product_worths') }}

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

final as (

    select
        slots.customer_id,
        slots.slot,
        slots.product_id,
        release.release_id,
        slots.scenario_id,
        slots.strategy,
        slots.title,
        slots.category,
        reasons.reason_code,
        reasons.reason_text,
        reasons.anchor_product_id,
        cast(slots.score as double) as score,
        cast(slots.purchase_probability_30d as double)
            as purchase_probability_30d,
        cast(slots.price as double) as price,
        cast(worths.margin as double) as expected_margin,
        slots.is_discovery,
        slots.discovery_kind,
        coalesce(cast(slots.propensity as double), 1) as propensity,
        not slots.is_personal as is_fallback
    from slots
    cross join release
    left join reasons
        on
            slots.fold_id = reasons.fold_id
            and slots.customer_key = reasons.customer_key
            and slots.product_key = reasons.product_key
    left join worths
        on
            slots.fold_id = worths.fold_id
            and slots.product_key = worths.product_key

)

select * from final
