-- Probabilities follow the scores: a lower score has none that is higher, and a lower one
-- where the scores differ by more than rounding. Rules may have turned the order of the
-- slots, and scores of slots that are not personal are others.
with

recommendations as (

    select * from {{ ref('customer_recommendations') }}
    where
        purchase_probability_30d is not null
        and not is_fallback

),

followed as (

    select
        customer_id,
        slot,
        score,
        purchase_probability_30d,
        lead(score) over list as next_score,
        lead(purchase_probability_30d) over list as next_probability
    from recommendations
    window list as (partition by customer_id order by score desc nulls last, slot asc nulls last)

)

select *
from followed
where
    (next_score = score and next_probability != purchase_probability_30d)
    or (next_score < score and next_probability > purchase_probability_30d)
    or (
        {{ aisle.bounded_score('score') }} - {{ aisle.bounded_score('next_score') }} > 1e-9
        and next_probability = purchase_probability_30d
    )
