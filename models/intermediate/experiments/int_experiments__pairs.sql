with

estimates as (

    select * from {{ ref('int_experiments__estimates') }}
    where value is not null

),

variants as (

    select * from {{ ref('int_experiments__variants') }}

),

-- The control first, the others in their planned order, then by name.
ordered as (

    select
        experiment_id,
        variant,
        row_number() over (
            partition by experiment_id
            order by
                case when is_control then 0 else 1 end asc nulls last,
                position asc nulls last,
                variant asc nulls last
        ) as variant_order
    from variants

),

placed as (

    select
        estimates.*,
        ordered.variant_order
    from estimates
    inner join ordered
        on
            estimates.experiment_id = ordered.experiment_id
            and estimates.variant = ordered.variant

),

joined as (

    select
        base.experiment_id,
        base.basis,
        base.segment_type,
        base.segment,
        base.metric,
        base.variant as base_variant,
        treated.variant,
        base.variant_order = 1 as is_against_control,
        base.looked_on,
        base.count_customers as base_customers,
        treated.count_customers,
        base.count_orders as base_orders,
        treated.count_orders,
        base.value as base_value,
        treated.value,
        base.standard_error as base_standard_error,
        treated.standard_error,
        base.theta as base_theta,
        treated.theta,
        base.new_theta as base_new_theta,
        treated.new_theta,
        base.residual_variance as base_residual_variance,
        treated.residual_variance,
        base.covariate_total / base.count_customers as base_past,
        treated.covariate_total / treated.count_customers as past,
        cast(base.count_new as double) / base.count_customers as base_new,
        cast(treated.count_new as double) / treated.count_customers as new,
        cast(base.count_customers + treated.count_customers as double) as count_both,
        base.covariate_total + treated.covariate_total as covariate_total,
        base.covariate_squares + treated.covariate_squares as covariate_squares,
        cast(base.count_new + treated.count_new as double) as count_new
    from placed as base
    inner join placed as treated
        on
            base.experiment_id = treated.experiment_id
            and base.basis = treated.basis
            and base.segment_type = treated.segment_type
            and base.segment = treated.segment
            and base.metric = treated.metric
            and base.looked_on is not distinct from treated.looked_on
            and base.variant_order < treated.variant_order

),

pooled as (

    select
        *,
        covariate_total / count_both as mean_past,
        count_new / count_both as mean_new,
        (covariate_squares - covariate_total * covariate_total / count_both)
        / (count_both * (count_both - 1)) as past_variance,
        (count_new - count_new * count_new / count_both)
        / (count_both * (count_both - 1)) as new_variance,
        -covariate_total * count_new / count_both
        / (count_both * (count_both - 1)) as shared_variance
    from joined

),

-- Each arm as if its customers had the past of both (Lin, 2013: own slopes in each).
adjusted as (

    select
        *,
        base_value - base_theta * (base_past - mean_past)
        - base_new_theta * (base_new - mean_new) as base_adjusted,
        value - theta * (past - mean_past) - new_theta * (new - mean_new) as adjusted
    from pooled

),

methods as (

    select
        *,
        'unadjusted' as method,
        base_value as base_mean,
        value as mean,
        base_standard_error * base_standard_error as base_variance,
        standard_error * standard_error as variance,
        0 as difference_slack,
        0 as ratio_slack
    from adjusted
    union all
    select
        *,
        'cuped' as method,
        base_adjusted as base_mean,
        adjusted as mean,
        base_residual_variance / base_customers as base_variance,
        residual_variance / count_customers as variance,
        {{ aisle.shared_past_variance(
            'theta - base_theta', 'new_theta - base_new_theta'
        ) }} as difference_slack,
        {{ aisle.shared_past_variance(
            '(theta / nullif(adjusted, 0) - base_theta / nullif(base_adjusted, 0))',
            '(new_theta / nullif(adjusted, 0) - base_new_theta'
            ~ ' / nullif(base_adjusted, 0))'
        ) }} as ratio_slack
    from adjusted
    where
        residual_variance is not null
        and base_residual_variance is not null

),

final as (

    select
        experiment_id,
        basis,
        segment_type,
        segment,
        base_variant,
        variant,
        metric,
        method,
        base_customers,
        count_customers,
        base_orders,
        count_orders,
        base_mean,
        mean,
        mean - base_mean as difference,
        sqrt(variance + base_variance + difference_slack) as standard_error,
        case when mean > 0 and base_mean > 0 then ln(mean / base_mean) end as log_ratio,
        case
            when mean > 0 and base_mean > 0
                then sqrt(
                    variance / (mean * mean)
                    + base_variance / (base_mean * base_mean)
                    + ratio_slack
                )
        end as log_ratio_error,
        is_against_control,
        looked_on
    from methods

)

select * from final
