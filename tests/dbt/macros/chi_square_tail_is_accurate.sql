-- Quantiles of any table of chi-square, to six digits: half a unit of the last one is
-- 2.4e-7 of probability at most, and the approximation promises 1.5e-7. With ten
-- degrees of freedom and more that of Wilson and Hilferty is off by 0.0013 at most.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

quantiles as (

    select * from (
        values
        (1, 0.454936, 3.841459, 10.827566),
        (2, 1.386294, 5.991465, 13.815511),
        (3, 2.365974, 7.814728, 16.266236),
        (4, 3.356694, 9.487729, 18.466827),
        (5, 4.351460, 11.070498, 20.515006),
        (6, 5.348121, 12.591587, 22.457744),
        (7, 6.345811, 14.067140, 24.321886),
        (8, 7.344121, 15.507313, 26.124482),
        (9, 8.342833, 16.918978, 27.877165),
        (10, 9.341818, 18.307038, 29.588298),
        (20, 19.337429, 31.410433, 45.314747)
    ) as known (df, median, upper_5, upper_0_1)

),

expected as (

    select
        df,
        0.0 as x,
        1.0 as probability
    from quantiles
    union all
    select
        df,
        median as x,
        0.5 as probability
    from quantiles
    union all
    select
        df,
        upper_5 as x,
        0.05 as probability
    from quantiles
    union all
    select
        df,
        upper_0_1 as x,
        0.001 as probability
    from quantiles

),

measured as (

    select
        expected.df,
        expected.x,
        expected.probability,
        {{ aisle.chi_square_tail('expected.x', 'expected.df') }} as measured_probability
    from expected
    cross join folds

)

select
    df,
    x,
    probability,
    measured_probability
from measured
where
    measured_probability is null
    or abs(measured_probability - probability)
    > case when df < 10 then 0.0000004 else 0.0013 end
