with

cohorts as (

    select * from {{ aisle.of_full_build('int_monitoring__cohorts') }}

),

final as (

    select
        segment_type,
        segment,
        metric,
        cast(test_value as double) as test_value,
        cast(before_value as double) as before_value,
        cast(difference as double) as difference,
        cast(ci_low as double) as ci_low,
        cast(ci_high as double) as ci_high,
        cast(population_difference as double) as population_difference,
        cast(difference_to_all as double) as difference_to_all,
        cast(p_value as double) as p_value,
        cast(p_value_bh as double) as p_value_bh,
        cast(lost_quality as double) as lost_quality,
        cast(rank as bigint) as rank,
        count_customers,
        count_customers_before,
        is_degraded
    from cohorts

)

select * from final
