with

estimates as (

    select * from {{ ref('int_experiments__estimates') }}
    where looked_on is null

),

final as (

    select
        experiment_id,
        basis,
        segment_type,
        segment,
        variant,
        metric,
        cast(value as double) as value,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('value', 'standard_error') }},
        cast(count_customers as bigint) as count_customers,
        cast(count_orders as bigint) as count_orders
    from estimates
    where value is not null

)

select * from final
