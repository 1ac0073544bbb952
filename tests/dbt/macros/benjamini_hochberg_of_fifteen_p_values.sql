-- The example of their paper (from Neuhaus et al., 1992): at 5 % four are discoveries, the
-- fourth by 0.0095 * 15 / 4 = 0.035625. The sixth, 0.0278 * 15 / 6 = 0.0695, takes the
-- 0.0298 * 15 / 7 = 0.063857 of the seventh. The sixteenth has none and is not counted.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

known as (

    select * from (
        values
        (1, 0.0001, 0.0015),
        (2, 0.0004, 0.003),
        (3, 0.0019, 0.0095),
        (4, 0.0095, 0.035625),
        (5, 0.0201, 0.0603),
        (6, 0.0278, 0.063857143),
        (7, 0.0298, 0.063857143),
        (8, 0.0344, 0.0645),
        (9, 0.0459, 0.0765),
        (10, 0.3240, 0.486),
        (11, 0.4262, 0.581181818),
        (12, 0.5719, 0.714875),
        (13, 0.6528, 0.753230769),
        (14, 0.7590, 0.813214286),
        (15, 1.0, 1.0),
        (16, null, null)
    ) as known (position, p_value, adjusted)

),

measured as (

    select
        known.position,
        known.adjusted,
        {{ aisle.benjamini_hochberg(
            'known.p_value', 'known.position', '15', 'folds.fold_id'
        ) }} as measured_adjusted
    from known
    cross join folds

)

select
    position,
    adjusted,
    measured_adjusted
from measured
where
    (adjusted is null) != (measured_adjusted is null)
    or abs(measured_adjusted - adjusted) > 0.000000001
