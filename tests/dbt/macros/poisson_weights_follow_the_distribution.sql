-- The distribution function of Poisson(1) is 0.3679, 0.7358, 0.9197, 0.9810, 0.9963 and
-- 0.9994 at 0 to 5: a draw just below one of them gives its weight, just above the next.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

expected as (

    select * from (
        values
        (0.0, 0),
        (0.3678, 0),
        (0.3679, 1),
        (0.7357, 1),
        (0.7358, 2),
        (0.9196, 2),
        (0.9197, 3),
        (0.9810, 3),
        (0.9811, 4),
        (0.9963, 4),
        (0.9964, 5),
        (0.9994, 5),
        (0.9995, 6)
    ) as known (draw, weight)

),

measured as (

    select
        expected.draw,
        expected.weight,
        {{ aisle.poisson_weight('expected.draw') }} as measured_weight
    from expected
    cross join folds

)

select
    draw,
    weight,
    measured_weight
from measured
where measured_weight != weight
