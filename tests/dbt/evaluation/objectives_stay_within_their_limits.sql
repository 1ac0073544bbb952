-- What objectives take from relevance, or add to prices, beyond the vars relevance_floor
-- and price_drift is not published; the finding objective_too_dear has the figures. So
-- this does not read int_evaluation__objective_violations: what a failed test has read
-- is not passed on, and there would be no finding.
select
    scenario_id,
    least_ndcg_share,
    price_drift
from {{ ref('objective_sweep') }}
where
    scenario_id = 'live'
    and fold_role = 'validation'
    and not is_within_limits
