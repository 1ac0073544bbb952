-- Published values of the normal distribution function; the approximation promises 7.5e-8.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

expected as (

    select * from (
        values
        (0.0, 0.5),
        (1.0, 0.841344746068543),
        (-1.0, 0.158655253931457),
        (1.6448536269514722, 0.95),
        (1.959963984540054, 0.975),
        (2.5758293035489004, 0.995),
        (-3.0, 0.001349898031630),
        (5.0, 0.999999713348428),
        (12.0, 1.0)
    ) as known (z, probability)

),

measured as (

    select
        expected.z,
        expected.probability,
        {{ aisle.normal_cdf('expected.z') }} as measured_probability
    from expected
    cross join folds

)

select
    z,
    probability,
    measured_probability
from measured
where abs(measured_probability - probability) > 0.000000075
