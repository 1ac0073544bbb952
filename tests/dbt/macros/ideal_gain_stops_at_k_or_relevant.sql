-- Sums of 1 / log2(rank + 1) to six digits: 1, then + 0.630930, + 0.5, ... A list with all
-- of them has an NDCG of 1, half of an ideal of one hit has 0.5, and nothing relevant none.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

expected as (

    select * from (
        values
        (1, 10, 1.0, 1.0, 1.0),
        (2, 10, 1.630930, 1.630930, 1.0),
        (3, 3, 2.130930, 2.130930, 1.0),
        (50, 3, 2.130930, 2.130930, 1.0),
        (3, 50, 2.130930, 2.130930, 1.0),
        (5, 5, 2.948459, 1.474230, 0.5),
        (10, 10, 4.543559, 0.0, 0.0),
        (20, 20, 7.040268, 7.040268, 1.0),
        (0, 10, null, 0.0, null)
    ) as known (count_relevant, k, ideal, gain, ndcg)

),

measured as (

    select
        expected.*,
        {{ aisle.ideal_gain('expected.count_relevant', 'expected.k') }} as measured_ideal,
        {{ aisle.ndcg_at_k('expected.gain', 'expected.count_relevant', 'expected.k') }}
            as measured_ndcg
    from expected
    cross join folds

)

select
    count_relevant,
    k,
    ideal,
    measured_ideal,
    ndcg,
    measured_ndcg
from measured
where
    abs(coalesce(measured_ideal, -1) - coalesce(ideal, -1)) > 0.000001
    or abs(coalesce(measured_ndcg, -1) - coalesce(ndcg, -1)) > 0.000001
