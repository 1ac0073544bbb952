-- 0.005 * 4 = 0.02, 0.01 * 3 = 0.03, 0.03 * 2 = 0.06, and for 0.04 * 1 at least that; the
-- fifth has none and is not counted. Of another family, 0.4 * 3 = 1.2 is 1.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

known as (

    select * from (
        values
        ('a', 1, 4, 0.005, 0.02),
        ('a', 2, 4, 0.01, 0.03),
        ('a', 3, 4, 0.03, 0.06),
        ('a', 4, 4, 0.04, 0.06),
        ('a', 5, 4, null, null),
        ('b', 1, 3, 0.4, 1.0),
        ('b', 2, 3, 0.5, 1.0),
        ('b', 3, 3, 0.6, 1.0)
    ) as known (family, position, count_comparisons, p_value, adjusted)

),

measured as (

    select
        known.family,
        known.position,
        known.adjusted,
        {{ aisle.holm(
            'known.p_value', 'known.position', 'known.count_comparisons', 'known.family'
        ) }} as measured_adjusted
    from known
    cross join folds

)

select
    family,
    position,
    adjusted,
    measured_adjusted
from measured
where
    (adjusted is null) != (measured_adjusted is null)
    or abs(measured_adjusted - adjusted) > 0.000000001
