-- Ranks 1 to 4 against 1, 3, 2, 4: 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15) = 0.8; reversed -1;
-- all equal has none.
with

-- Waits for a model, so that nothing is published before this test has passed.
folds as (

    select * from {{ ref('folds') }}
    where fold_id = 'serving'

),

ranks as (

    select * from (
        values
        (1, 1, 4, 1),
        (2, 3, 3, 1),
        (3, 2, 2, 1),
        (4, 4, 1, 1)
    ) as known (first, swapped, reversed, same)

),

measured as (

    select
        {{ aisle.rank_correlation('ranks.first', 'ranks.first') }} as with_itself,
        {{ aisle.rank_correlation('ranks.first', 'ranks.swapped') }} as with_swapped,
        {{ aisle.rank_correlation('ranks.first', 'ranks.reversed') }} as with_reversed,
        {{ aisle.rank_correlation('ranks.first', 'ranks.same') }} as with_same
    from ranks
    cross join folds

)

select *
from measured
where
    abs(with_itself - 1) > 0.000001
    or abs(with_swapped - 0.8) > 0.000001
    or abs(with_reversed + 1) > 0.000001
    or with_same is not null
