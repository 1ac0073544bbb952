{%- set metrics = aisle.experiment_metrics() -%}
{%- set headlines = metrics | selectattr('is_headline') | map(attribute='name') -%}

with

pairs as (

    select * from {{ ref('int_experiments__pairs') }}
    where looked_on is null

),

-- Who was shown something says more than who might have been; but a holdout is shown
-- nothing.
based as (

    select
        *,
        basis = 'exposed' or max(case when basis = 'exposed' then 1 else 0 end) over (
            partition by experiment_id, base_variant, variant
        ) = 0 as is_main_basis,
        {{ aisle.two_sided_p_value('difference', 'standard_error') }} as p_value
    from pairs

),

-- Families: the headline figures of all pairs of an experiment, and those of segments.
classed as (

    select
        *,
        case
            when
                is_main_basis
                and method = 'unadjusted'
                and metric in ({{ aisle.text_list(headlines | list) }})
                and p_value is not null
                then segment_type
        end as family
    from based

),

ordered as (

    select
        *,
        row_number() over (
            partition by experiment_id, family
            order by
                p_value asc nulls last,
                base_variant asc nulls last,
                variant asc nulls last,
                metric asc nulls last,
                segment asc nulls last,
                basis asc nulls last,
                method asc nulls last,
                segment_type asc nulls last
        ) as position,
        count(*) over (partition by experiment_id, family) as count_comparisons
    from classed

),

corrected as (

    select
        *,
        case
            when family = 'all'
                then {{ aisle.holm(
                    'p_value', 'position', 'count_comparisons', 'experiment_id, family'
                ) }}
        end as p_value_holm,
        case
            when family != 'all'
                then {{ aisle.benjamini_hochberg(
                    'p_value', 'position', 'count_comparisons', 'experiment_id, family'
                ) }}
        end as p_value_bh
    from ordered

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
        cast(base_mean as double) as base_value,
        cast(mean as double) as value,
        cast(difference as double) as difference,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('difference', 'standard_error') }},
        cast(exp(log_ratio) - 1 as double) as lift,
        exp(log_ratio - {{ aisle.normal_quantile() }} * log_ratio_error) - 1
            as lift_ci_low,
        exp(log_ratio + {{ aisle.normal_quantile() }} * log_ratio_error) - 1
            as lift_ci_high,
        cast(p_value as double) as p_value,
        cast(p_value_holm as double) as p_value_holm,
        cast(p_value_bh as double) as p_value_bh,
        cast(base_customers as bigint) as base_customers,
        cast(count_customers as bigint) as count_customers,
        cast(base_orders as bigint) as base_orders,
        cast(count_orders as bigint) as count_orders,
        is_against_control,
        is_main_basis,
        least(base_orders, count_orders)
        < {{ aisle.checked_var('experiment_min_orders') }}
            as has_too_few_orders
    from corrected

)

select * from final
