with

units as (

    select * from {{ ref('int_experiments__units') }}
    where count_variants = 1

),

variants as (

    select * from {{ ref('int_experiments__variants') }}

),

counted as (

    select
        experiment_id,
        variant,
        count(*) as count_assigned,
        count(exposed_at) as count_exposed
    from units
    group by experiment_id, variant

),

based as (

    select
        variants.experiment_id,
        'assigned' as basis,
        variants.variant,
        variants.share,
        coalesce(counted.count_assigned, 0) as count_customers
    from variants
    left join counted
        on
            variants.experiment_id = counted.experiment_id
            and variants.variant = counted.variant
    where
        variants.share > 0
        or counted.count_assigned > 0
    union all
    -- A holdout is shown nothing: only variants that anybody saw are compared.
    select
        variants.experiment_id,
        'exposed' as basis,
        variants.variant,
        variants.share,
        counted.count_exposed as count_customers
    from variants
    inner join counted
        on
            variants.experiment_id = counted.experiment_id
            and variants.variant = counted.variant
    where counted.count_exposed > 0

),

expected as (

    select
        *,
        share / nullif(sum(share) over (partition by experiment_id, basis), 0)
        * sum(count_customers) over (partition by experiment_id, basis)
            as expected_customers
    from based

),

summed as (

    select
        experiment_id,
        basis,
        count(*) - 1 as degrees,
        sum(count_customers) as count_customers,
        max(case when share = 0 and count_customers > 0 then 1 else 0 end)
            as has_unexpected,
        {{ aisle.exact_sum(
            '(count_customers - expected_customers)'
            ~ ' * (count_customers - expected_customers)'
            ~ ' / nullif(expected_customers, 0)'
        ) }} as chi_square
    from expected
    group by experiment_id, basis
    having count(*) > 1

),

final as (

    select
        experiment_id,
        basis,
        cast(count_customers as bigint) as count_customers,
        cast(degrees as integer) as degrees,
        chi_square,
        case
            when has_unexpected = 1 then 0
            else {{ aisle.chi_square_tail('chi_square', 'degrees') }}
        end as p_value
    from summed
    where count_customers > 0

)

select * from final
