-- What a reason says of the customer's history is in the evidence, and older than as-of:
-- an event of the product that it names, and of the orders that it counts and dates all.
with

recommendations as (

    select * from {{ ref('customer_recommendations') }}
    where
        reason_code in (
            'bought_before', 'bought_once', 'similar_product', 'bought_together'
        )
        or (is_discovery and anchor_product_id is not null)

),

slots as (

    select * from {{ ref('int_recommendations__slots') }}
    where
        placement = 'home'
        and week_part is null

),

reasons as (

    select * from {{ ref('int_recommendations__reasons') }}
    where count_orders is not null

),

cited as (

    select
        slots.customer_id,
        slots.product_id,
        reasons.count_orders,
        reasons.last_bought_date
    from slots
    inner join reasons
        on
            slots.fold_id = reasons.fold_id
            and slots.customer_key = reasons.customer_key
            and slots.product_key = reasons.product_key

),

folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

evidence as (

    select
        customer_id,
        product_id,
        evidence_product_id,
        max(occurred_at) as occurred_at,
        max(case when interaction_type = 'purchase' then occurred_at end)
            as last_bought_at,
        count(
            case
                when relation = 'same_product' and interaction_type = 'purchase' then 1
            end
        ) as count_orders
    from {{ ref('recommendation_evidence') }}
    group by customer_id, product_id, evidence_product_id

)

select
    recommendations.customer_id,
    recommendations.product_id,
    recommendations.reason_code
from recommendations
cross join folds
left join cited
    on
        recommendations.customer_id = cited.customer_id
        and recommendations.product_id = cited.product_id
left join evidence
    on
        recommendations.customer_id = evidence.customer_id
        and recommendations.product_id = evidence.product_id
        and coalesce(recommendations.anchor_product_id, recommendations.product_id)
        = evidence.evidence_product_id
where
    evidence.occurred_at is null
    or evidence.occurred_at >= folds.cutoff_at
    or (
        recommendations.reason_code in ('bought_before', 'bought_once')
        and (
            cited.count_orders is null
            or cited.count_orders != evidence.count_orders
            or evidence.last_bought_at is null
            or cited.last_bought_date
            != {{ aisle.local_date('evidence.last_bought_at') }}
        )
    )
