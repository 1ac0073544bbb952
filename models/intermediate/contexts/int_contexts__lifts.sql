{#- Visits as usual that are added to those of a cell: few say little. -#}
{%- set prior = 20 -%}

with

visits as (

    select * from {{ ref('int_contexts__visits') }}
    where not is_holdout

),

parts as (

    select
        test_id,
        fold_id,
        customer_key,
        situation,
        count(distinct visit_date) as count_visits
    from visits
    group by test_id, fold_id, customer_key, situation

),

-- Who always shops in the same situation tells who that is, not what it does.
customers as (

    select
        test_id,
        fold_id,
        customer_key,
        cast(sum(count_visits) as double) as count_visits
    from parts
    group by test_id, fold_id, customer_key
    having count(*) > 1

),

summed as (

    select
        visits.test_id,
        visits.fold_id,
        visits.customer_key,
        visits.category,
        customers.count_visits,
        {{ aisle.exact_sum('visits.share', 9) }} as share_sum,
        {{ aisle.exact_sum('visits.share * visits.share', 9) }} as square_sum
    from visits
    inner join customers
        on
            visits.test_id = customers.test_id
            and visits.fold_id = customers.fold_id
            and visits.customer_key = customers.customer_key
    group by
        visits.test_id,
        visits.fold_id,
        visits.customer_key,
        visits.category,
        customers.count_visits

),

observed as (

    select
        visits.test_id,
        visits.fold_id,
        visits.situation,
        visits.category,
        {{ aisle.exact_sum('visits.share', 9) }} as observed
    from visits
    inner join customers
        on
            visits.test_id = customers.test_id
            and visits.fold_id = customers.fold_id
            and visits.customer_key = customers.customer_key
    group by visits.test_id, visits.fold_id, visits.situation, visits.category

),

-- If each customer's visits changed their situations among themselves at random: mean
-- and variance over all permutations, which are those of the generalised Cochran-
-- Mantel-Haenszel statistic with the customer as stratum.
permuted as (

    select
        summed.test_id,
        summed.fold_id,
        parts.situation,
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
            summed.test_id = parts.test_id
            and summed.fold_id = parts.fold_id
            and summed.customer_key = parts.customer_key
    group by summed.test_id, summed.fold_id, parts.situation, summed.category

),

final as (

    select
        permuted.test_id,
        permuted.fold_id,
        permuted.situation,
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
            permuted.test_id = observed.test_id
            and permuted.fold_id = observed.fold_id
            and permuted.situation = observed.situation
            and permuted.category = observed.category

)

select * from final
