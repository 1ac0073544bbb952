{%- set keys = ['reference', 'subject', 'feature', 'segment_type', 'segment'] -%}
{%- set group = keys | join(', ') -%}

with

bins as (

    select * from {{ ref('int_monitoring__drift_bins') }}

),

checks as (

    select * from {{ ref('int_monitoring__checks') }}
    where check_id in ('drift_large', 'drift_moderate')

),

thresholds as (

    select
        max(case when check_id = 'drift_large' then threshold end) as large,
        max(case when check_id = 'drift_moderate' then threshold end) as moderate
    from checks

),

summed as (

    select
        {{ group }},
        count_bins,
        count_reference,
        effective_reference,
        count_current,
        cutoff_at,
        {{ aisle.exact_sum('contribution', 9) }} as psi
    from bins
    group by
        {{ group }},
        count_bins,
        count_reference,
        effective_reference,
        count_current,
        cutoff_at

),

ranked_bins as (

    select
        *,
        row_number() over (
            partition by {{ group }}
            order by contribution desc, bin asc
        ) as position
    from bins

),

-- Two samples of one distribution have an index too: chi-square with a degree of
-- freedom less than bins, times the sum of 1/n (Yurdakul and Naranjo, "Statistical
-- properties of the population stability index", 2020). This is its 99.9 % quantile,
-- in the approximation of Wilson and Hilferty (1931).
measured as (

    select
        summed.*,
        (1 / summed.effective_reference + 1 / cast(summed.count_current as double))
        * (summed.count_bins - 1)
        * power(
            1
            - 2 / (9e0 * nullif(summed.count_bins - 1, 0))
            + 3.09 * sqrt(2 / (9e0 * nullif(summed.count_bins - 1, 0))),
            3
        ) as noise_limit,
        ranked_bins.bin,
        ranked_bins.bin_low,
        ranked_bins.bin_high,
        ranked_bins.reference_rate,
        ranked_bins.current_rate,
        thresholds.large,
        thresholds.moderate
    from summed
    inner join ranked_bins
        on
            {% for key in keys -%}
                summed.{{ key }} = ranked_bins.{{ key }}
                and {% endfor -%}
            ranked_bins.position = 1
    cross join thresholds
    where
        summed.count_reference >= {{ aisle.checked_var('cohort_min_customers') }}
        and summed.count_current >= {{ aisle.checked_var('cohort_min_customers') }}

),

final as (

    select
        {{ group }},
        case
            when psi > large and psi > coalesce(noise_limit, 0) then 'large'
            when psi > moderate and psi > coalesce(noise_limit, 0) then 'moderate'
            else 'stable'
        end as level,
        concat_ws(
            '',
            case
                when bin in ('missing', 'other') then bin
                when bin like '=%' then substr(bin, 2)
                when bin_low is null and bin_high is null then 'all'
                when bin_low is null
                    then concat_ws('', 'up to ', {{ aisle.number_text('bin_high', 3) }})
                when bin_high is null
                    then concat_ws('', 'over ', {{ aisle.number_text('bin_low', 3) }})
                else
                    concat_ws(
                        '',
                        'over ',
                        {{ aisle.number_text('bin_low', 3) }},
                        ' up to ',
                        {{ aisle.number_text('bin_high', 3) }}
                    )
            end,
            ': ',
            {{ aisle.percent_text('reference_rate') }},
            ' before, ',
            {{ aisle.percent_text('current_rate') }},
            ' now'
        ) as largest_change,
        cast(psi as double) as psi,
        cast(noise_limit as double) as noise_limit,
        cast(moderate as double) as moderate_threshold,
        cast(large as double) as large_threshold,
        count_bins,
        count_reference,
        count_current,
        cutoff_at as reference_cutoff_at
    from measured

)

select * from final
