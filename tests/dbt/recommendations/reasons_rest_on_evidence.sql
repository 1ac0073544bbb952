-- What a reason says of the customer's history is in the evidence, and older than as-of.
with

recommendations as (

    select * from {{ ref('customer_recommendations') }}
    where
        reason_code in (
            'bought_before', 'bought_once', 'similar_product', 'bought_together'
        )
        or (is_discovery and anchor_product_id is not null)

),

folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

evidence as (

    select
        evidence.customer_id,
        evidence.product_id,
        evidence.evidence_product_id,
        max(evidence.occurred_at) as occurred_at
    from {{ ref('recommendation_evidence') }} as evidence
    group by
        evidence.customer_id,
        evidence.product_id,
        evidence.evidence_product_id

)

select
    recommendations.customer_id,
    recommendations.product_id,
    recommendations.reason_code
from recommendations
cross join folds
left join evidence
    on
        recommendations.customer_id = evidence.customer_id
        and recommendations.product_id = evidence.product_id
        and coalesce(recommendations.anchor_product_id, recommendations.product_id)
        = evidence.evidence_product_id
where
    evidence.occurred_at is null
    or evidence.occurred_at >= folds.cutoff_at
