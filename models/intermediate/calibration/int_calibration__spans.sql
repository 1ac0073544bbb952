{#- Enough positives that a bin's rate means something, and few enough bins that all
    runs of them can be compared. -#}
{%- set positives_per_bin = 25 -%}
{%- set most_bins = 100 -%}
{#- What the ends rise and fall by beyond the outermost bins: next to nothing, so that
    scores beyond all that were seen stay in order. -#}
{%- set slack = 0.05 -%}

with

examples as (

    select * from {{ ref('int_calibration__examples') }}

),

-- Equal scores are one position: no bin may part them.
positions as (

    select
        target,
        strategy,
        position,
        count(*) as count_rows,
        count(case when is_positive then 1 end) as count_positives
    from examples
    group by target, strategy, position

),

cumulated as (

    select
        *,
        sum(count_positives) over (partition by target, strategy) as total_positives,
        sum(count_rows) over (partition by target, strategy) as total_rows,
        sum(count_positives) over (
            partition by target, strategy
            order by position asc
            rows between unbounded preceding and current row
        ) - count_positives as count_before
    from positions

),

-- Where nothing or everything was bought there is nothing to learn.
learnable as (

    select
        *,
        cast(total_positives as double) / total_rows as base_rate,
        greatest(
            least(floor(total_positives / {{ positives_per_bin }}), {{ most_bins }}), 1
        ) as count_bins
    from cumulated
    where
        total_positives > 0
        and total_positives < total_rows

),

numbered as (

    select
        *,
        cast(
            floor(count_before * count_bins / cast(total_positives as double))
            as integer
        ) as bin
    from learnable

),

-- What follows the last positive belongs to the last bin.
binned as (

    select
        target,
        strategy,
        base_rate,
        cast(least(bin, count_bins - 1) as integer) as bin,
        sum(count_rows) as count_rows,
        sum(count_positives) as count_positives,
        {{ aisle.exact_sum('position * count_rows', 9) }} as total_position
    from numbered
    group by target, strategy, base_rate, least(bin, count_bins - 1)

),

ordered as (

    select
        *,
        row_number() over bins as bin_number,
        sum(count_rows) over bins as rows_up_to,
        sum(count_positives) over bins as positives_up_to
    from binned
    window bins as (
        partition by target, strategy
        order by bin asc
        rows between unbounded preceding and current row
    )

),

-- The rate of every run of bins. Each bin counts one row more of the base rate, so that
-- none says never or always.
runs as (

    select
        firsts.target,
        firsts.strategy,
        firsts.bin_number as first_bin,
        ordered.bin_number as last_bin,
        (
            ordered.positives_up_to - firsts.positives_up_to + firsts.count_positives
            + (ordered.bin_number - firsts.bin_number + 1) * firsts.base_rate
        ) / (
            ordered.rows_up_to - firsts.rows_up_to + firsts.count_rows
            + (ordered.bin_number - firsts.bin_number + 1)
        ) as rate
    from ordered as firsts
    inner join ordered
        on
            firsts.target = ordered.target
            and firsts.strategy = ordered.strategy
            and firsts.bin_number <= ordered.bin_number

),

lowest as (

    select
        target,
        strategy,
        first_bin,
        last_bin as bin_number,
        min(rate) over (
            partition by target, strategy, first_bin
            order by last_bin desc
            rows between unbounded preceding and current row
        ) as rate
    from runs

),

-- Isotonic regression by its min-max formula: the highest, over runs that begin at or
-- before the bin, of the lowest rate over their ends at or behind it.
isotonic as (

    select
        target,
        strategy,
        bin_number,
        max(rate) as rate
    from lowest
    group by target, strategy, bin_number

),

-- Bins of one rate are one knot, in their middle. What is one rate by two runs may
-- differ in its last digits: as two knots, scores between them share a probability.
knots as (

    select
        ordered.target,
        ordered.strategy,
        sum(ordered.total_position) / sum(ordered.count_rows) as position,
        ln(max(isotonic.rate) / (1 - max(isotonic.rate))) as logit
    from ordered
    inner join isotonic
        on
            ordered.target = isotonic.target
            and ordered.strategy = isotonic.strategy
            and ordered.bin_number = isotonic.bin_number
    group by ordered.target, ordered.strategy, round(isotonic.rate, 12)

),

ends as (

    select
        target,
        strategy,
        min(position) as first_position,
        min(logit) - {{ slack }} as first_logit,
        max(logit) + {{ slack }} as last_logit
    from knots
    group by target, strategy

),

anchored as (

    select
        target,
        strategy,
        position,
        logit
    from knots
    union all
    select
        target,
        strategy,
        0 as position,
        first_logit as logit
    from ends
    where first_position > 0
    union all
    select
        target,
        strategy,
        1 as position,
        last_logit as logit
    from ends

),

spanned as (

    select
        target,
        strategy,
        position as first_position,
        lead(position) over knots_in_order as last_position,
        logit as first_logit,
        lead(logit) over knots_in_order as last_logit
    from anchored
    window knots_in_order as (partition by target, strategy order by position asc)

),

final as (

    select
        target,
        strategy,
        first_position,
        last_position,
        first_logit,
        last_logit
    from spanned
    where last_position is not null

)

select * from final
