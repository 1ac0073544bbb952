{%- set window = aisle.checked_var('experiment_window_days') -%}

with

outcomes as (

    select * from {{ ref('int_experiments__outcomes') }}

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

),

purchases as (

    select * from {{ ref('int_folds__purchase_log') }}
    where customer_id is not null

),

attributed as (

    select * from {{ ref('int_attribution__purchases') }}

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

-- A holdout is what others are compared with, whatever its place in the plan.
differences as (

    select
        experiment_id,
        basis,
        metric,
        case when variant = 'holdout' then variant else base_variant end
            as base_variant,
        case when variant = 'holdout' then base_variant else variant end as variant,
        case when variant = 'holdout' then -difference else difference end
            as difference,
        case when variant = 'holdout' then -ci_high else ci_low end as ci_low
    from {{ ref('variant_differences') }}
    where
        segment_type = 'all'
        and method = 'unadjusted'
        and is_main_basis

),

invalid as (

    select distinct experiment_id
    from {{ ref('int_experiments__checks') }}
    where not is_passed and effect = 'suppresses'

),

matured as (

    select
        outcomes.experiment_id,
        outcomes.basis,
        outcomes.customer_id,
        outcomes.variant,
        outcomes.starts_at
    from outcomes
    inner join runs
        on
            outcomes.experiment_id = runs.experiment_id
            and {{ aisle.matures_at('outcomes.entered_on', window) }} <= runs.horizon_at

),

counted as (

    select
        experiment_id,
        basis,
        variant,
        count(*) as count_customers
    from matured
    group by experiment_id, basis, variant

),

organic as (

    select
        matured.experiment_id,
        matured.basis,
        matured.variant,
        matured.customer_id,
        purchases.revenue,
        purchases.channel,
        products.category
    from matured
    inner join purchases
        on
            matured.customer_id = purchases.customer_id
            and matured.starts_at <= purchases.occurred_at
            and purchases.occurred_at
            < {{ aisle.add_days('matured.starts_at', window) }}
    anti join attributed
        on purchases.interaction_id = attributed.interaction_id
    left join products
        on purchases.product_id = products.product_id

),

scoped as (

    select
        *,
        'all' as scope
    from organic
    {% for breakdown in ['category', 'channel'] -%}
        union all
        select
            *,
            concat_ws('', '{{ breakdown }}: ', {{ breakdown }}) as scope
        from organic
        where {{ breakdown }} is not null
    {% endfor %}
),

spent as (

    select
        experiment_id,
        basis,
        variant,
        customer_id,
        scope,
        {{ aisle.exact_sum('revenue', 4) }} as revenue
    from scoped
    group by experiment_id, basis, variant, customer_id, scope

),

summed as (

    select
        experiment_id,
        basis,
        variant,
        scope,
        coalesce({{ aisle.exact_sum('revenue', 4) }}, 0) as total,
        coalesce({{ aisle.exact_wide_sum('revenue * revenue') }}, 0) as squares
    from spent
    group by experiment_id, basis, variant, scope

),

scopes as (

    select distinct
        experiment_id,
        basis,
        scope
    from summed

),

-- Who bought nothing of a scope counts with zero.
estimated as (

    select
        counted.experiment_id,
        counted.basis,
        counted.variant,
        scopes.scope,
        coalesce(summed.total, 0) / counted.count_customers as value,
        {{ aisle.standard_error(
            'counted.count_customers',
            'coalesce(summed.total, 0)',
            'coalesce(summed.squares, 0)'
        ) }} as standard_error
    from counted
    inner join scopes
        on
            counted.experiment_id = scopes.experiment_id
            and counted.basis = scopes.basis
    left join summed
        on
            counted.experiment_id = summed.experiment_id
            and counted.basis = summed.basis
            and counted.variant = summed.variant
            and scopes.scope = summed.scope

),

sides as (

    select
        experiment_id,
        basis,
        base_variant,
        variant,
        max(case when metric = 'attributed_revenue_per_customer' then difference end)
            as attributed_difference,
        max(case when metric = 'revenue_per_customer' then difference end)
            as revenue_difference,
        max(case when metric = 'revenue_per_customer' then ci_low end)
            as revenue_ci_low
    from differences
    group by experiment_id, basis, base_variant, variant

),

compared as (

    select
        sides.*,
        estimated.scope,
        estimated.value - base_estimated.value as organic_difference,
        sqrt(
            estimated.standard_error * estimated.standard_error
            + base_estimated.standard_error * base_estimated.standard_error
        ) as standard_error
    from sides
    inner join estimated
        on
            sides.experiment_id = estimated.experiment_id
            and sides.basis = estimated.basis
            and sides.variant = estimated.variant
    inner join estimated as base_estimated
        on
            sides.experiment_id = base_estimated.experiment_id
            and sides.basis = base_estimated.basis
            and sides.base_variant = base_estimated.variant
            and estimated.scope = base_estimated.scope

),

-- The question has one side, whether sales are lost.
tested as (

    select
        *,
        scope = 'all' as is_primary,
        case
            when standard_error > 0
                then {{ aisle.normal_cdf('organic_difference / standard_error') }}
        end as p_value
    from compared

),

-- Of many categories and channels a few lose by chance.
ordered as (

    select
        *,
        row_number() over (
            partition by experiment_id, base_variant, variant, is_primary
            order by p_value asc nulls last, scope asc nulls last
        ) as position,
        count(p_value) over (
            partition by experiment_id, base_variant, variant, is_primary
        ) as count_comparisons
    from tested

),

adjusted as (

    select
        *,
        {{ aisle.benjamini_hochberg(
            'p_value', 'position', 'count_comparisons',
            'experiment_id, base_variant, variant, is_primary'
        ) }} as p_value_bh
    from ordered

),

-- Where nothing more is sold through recommendations, they have not displaced anything.
judged as (

    select
        adjusted.*,
        coalesce(
            adjusted.attributed_difference > 0
            and adjusted.p_value_bh < 0.05
            and invalid.experiment_id is null,
            false
        ) as is_displacing
    from adjusted
    left join invalid
        on adjusted.experiment_id = invalid.experiment_id

),

final as (

    select
        experiment_id,
        basis,
        base_variant,
        variant,
        scope,
        cast(attributed_difference as double) as attributed_difference,
        cast(organic_difference as double) as organic_difference,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('organic_difference', 'standard_error') }},
        cast(revenue_difference as double) as revenue_difference,
        cast(
            case
                when attributed_difference > 0
                    then -organic_difference / attributed_difference
            end as double
        ) as displaced_rate,
        cast(p_value as double) as p_value,
        cast(p_value_bh as double) as p_value_bh,
        is_displacing,
        is_displacing and coalesce(revenue_ci_low, 0) <= 0 as is_only_moving_sales
    from judged

)

select * from final
