{#- Visits as usual that are added to those of a cell: few say little. -#}
{%- set prior = 20 -%}

with

visits as (

    select * from {{ ref('int_contexts__visits') }}
    where not is_holdout

),

parts as (

    select
        fold_id,
        customer_key,
        week_part,
        count(distinct visit_date) as count_visits
    from visits
    group by fold_id, customer_key, week_part

),

-- Who always shops at the same time tells who that is, not what the time does.
customers as (

    select
        fold_id,
        customer_key,
        cast(sum(count_visits) as double) as count_visits
    from parts
    group by fold_id, customer_key
    having count(*) > 1

),

summed as (

    select
        visits.fold_id,
        visits.customer_key,
        visits.category,
        customers.count_visits,
        {{ aisle.exact_sum('visits.share', 9) }} as share_sum,
        {{ aisle.exact_sum('visits.share * visits.share', 9) }} as square_sum
    from visits
    inner join customers
        on
            visits.fold_id = customers.fold_id
            and visits.customer_key = customers.customer_key
    group by
        visits.fold_id, visits.customer_key, visits.category, customers.count_visits

),

observed as (

    select
        visits.fold_id,
        visits.week_part,
        visits.category,
        {{ aisle.exact_sum('visits.share', 9) }} as observed
    from visits
    inner join customers
        on
            visits.fold_id = customers.fold_id
            and visits.customer_key = customers.customer_key
    group by visits.fold_id, visits.week_part, visits.category

),

-- If each customer's visits changed their times among themselves at random: mean and
-- variance over all permutations, which are those of the generalised
-- Cochran-Mantel-Haenszel statistic with the customer as stratum.
permuted as (

    select
        summed.fold_id,
        parts.week_part,
        summed.category,
        {{ aisle.exact_sum(
            'parts.count_visits * summed.share_sum / summed.count_visits', 9
        ) }} as expected,
        {{ aisle.exact_sum(
            'parts.count_visits * (summed.count_visits - parts.count_visits)
            / (summed.count_visits * (summed.count_visits - 1))
            * (
                summed.square_sum
                - summed.share_sum * summed.share_sum / summed.count_visits
            )', 9
        ) }} as variance
    from summed
    inner join parts
        on
            summed.fold_id = parts.fold_id
            and summed.customer_key = parts.customer_key
    group by summed.fold_id, parts.week_part, summed.category

),

final as (

    select
        permuted.fold_id,
        permuted.week_part,
        permuted.category,
        coalesce(observed.observed, 0) as observed,
        permuted.expected,
        round(
            (coalesce(observed.observed, 0) - permuted.expected)
            / nullif(sqrt(permuted.variance), 0),
            9
        ) as z_score,
        round(
            {{ aisle.shrunk_lift(
                'coalesce(observed.observed, 0)', 'permuted.expected', prior
            ) }},
            9
        ) as lift
    from permuted
    left join observed
        on
            permuted.fold_id = observed.fold_id
            and permuted.week_part = observed.week_part
            and permuted.category = observed.category

)

select * from final
