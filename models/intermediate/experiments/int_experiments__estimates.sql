with

totals as (

    select * from {{ ref('int_experiments__totals') }}

),

looks as (

    select * from {{ ref('int_experiments__looks') }}
    where count_customers > 0

),

summed as (

    select
        experiment_id,
        basis,
        segment_type,
        segment,
        variant,
        metric,
        {% for name in aisle.experiment_sums() -%}
            {{ name }},
        {% endfor -%}
        cast(null as date) as looked_on
    from totals
    union all
    select
        experiment_id,
        basis,
        'all' as segment_type,
        'all' as segment,
        variant,
        metric,
        {% for name in aisle.experiment_sums() -%}
            {{ name }},
        {% endfor -%}
        looked_on
    from looks

),

-- Sums of squares and products about the means: y the metric, x its past, i whether
-- there is no past. Where i is 1, x is 0, so that their product is always 0.
centred as (

    select
        *,
        total / nullif(denominator_total, 0) as value,
        squares - total * total / count_customers as yy,
        covariate_squares - covariate_total * covariate_total / count_customers as xx,
        covariate_cross - covariate_total * total / count_customers as xy,
        count_new - cast(count_new as double) * count_new / count_customers as ii,
        new_total - count_new * total / count_customers as iy,
        -covariate_total * count_new / count_customers as xi
    from summed

),

-- The normal equations of y on x and i; of x alone where everybody, or nobody, is new.
regressed as (

    select
        *,
        case
            when xx > 0 and ii > 0 and xx * ii - xi * xi > 1e-9 * xx * ii
                then (xy * ii - iy * xi) / (xx * ii - xi * xi)
            when xx > 0 then xy / xx
        end as theta,
        case
            when xx > 0 and ii > 0 and xx * ii - xi * xi > 1e-9 * xx * ii
                then (iy * xx - xy * xi) / (xx * ii - xi * xi)
            when xx > 0 then 0
        end as new_theta
    from centred

),

final as (

    select
        experiment_id,
        basis,
        segment_type,
        segment,
        variant,
        metric,
        cast(count_customers as bigint) as count_customers,
        cast(count_orders as bigint) as count_orders,
        value,
        -- Where everybody counts one, this is the standard error of a mean.
        {{ aisle.ratio_standard_error(
            'count_customers', 'total', 'denominator_total', 'squares',
            'denominator_squares', 'cross_total'
        ) }} as standard_error,
        theta,
        new_theta,
        case
            when theta is not null and count_customers > 3
                then
                    greatest(yy - theta * xy - new_theta * iy, 0)
                    / (count_customers - 2 - case when new_theta = 0 then 0 else 1 end)
        end as residual_variance,
        covariate_total,
        covariate_squares,
        count_new,
        looked_on
    from regressed

)

select * from final
