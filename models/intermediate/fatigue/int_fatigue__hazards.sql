{#- Wilson's interval, with as many pairs as the clustered variance is worth: above zero
    where nobody clicked. -#}
{%- set z = aisle.normal_quantile() -%}
{%- set keys = ['fold_id', 'position_group', 'click_propensity', 'strata'] -%}

with

by_customer as (

    select * from {{ ref('int_fatigue__risk_sets') }}

),

summed as (

    select
        {{ keys | join(', ') }},
        stratum,
        nth_exposure,
        cast(sum(count_at_risk) as double) as at_risk,
        cast(sum(count_first_clicks) as double) as first_clicks
    from by_customer
    group by {{ keys | join(', ') }}, stratum, nth_exposure
    having sum(count_at_risk) > 0

),

-- The mix of places at first sight is what every exposure is weighed to.
weighed as (

    select
        *,
        max(case when nth_exposure = 1 then at_risk end) over (
            partition by {{ keys | join(', ') }}, stratum
        ) as weight
    from summed

),

-- A stratum with nobody at risk at an exposure has no say there: the others make it up.
strata as (

    select
        *,
        sum(at_risk) over (
            partition by {{ keys | join(', ') }}, nth_exposure
        ) as total_at_risk,
        weight / sum(weight) over (
            partition by {{ keys | join(', ') }}, nth_exposure
        ) as share
    from weighed
    where weight is not null

),

curves as (

    select
        {{ keys | join(', ') }},
        nth_exposure,
        {{ aisle.exact_sum('weight', 0) }} as weight,
        {{ aisle.exact_sum('share * first_clicks / at_risk', 12) }} as hazard,
        1 / {{ aisle.exact_sum('share * share / at_risk', 15) }} as effective_pairs
    from strata
    group by {{ keys | join(', ') }}, nth_exposure

),

-- What each customer adds to the error, times those at risk, so that digits suffice.
residuals as (

    select
        by_customer.fold_id,
        by_customer.position_group,
        by_customer.click_propensity,
        by_customer.strata,
        by_customer.nth_exposure,
        by_customer.customer_id,
        min(strata.total_at_risk) as total_at_risk,
        {{ aisle.exact_sum(
            'strata.share * strata.total_at_risk / strata.at_risk * ('
            ~ 'by_customer.count_first_clicks'
            ~ ' - by_customer.count_at_risk * strata.first_clicks / strata.at_risk)'
        ) }} as residual
    from by_customer
    inner join strata
        on
            by_customer.stratum = strata.stratum
            and by_customer.nth_exposure = strata.nth_exposure
            {% for key in keys -%}
                and by_customer.{{ key }} = strata.{{ key }}
            {% endfor %}
    where by_customer.count_at_risk > 0
    group by
        by_customer.fold_id,
        by_customer.position_group,
        by_customer.click_propensity,
        by_customer.strata,
        by_customer.nth_exposure,
        by_customer.customer_id

),

errors as (

    select
        {{ keys | join(', ') }},
        nth_exposure,
        count(*) as customers,
        case
            when count(*) > 1
                then
                    {{ aisle.exact_sum('residual * residual') }}
                    / (min(total_at_risk) * min(total_at_risk))
                    * count(*) / (count(*) - 1)
        end as variance
    from residuals
    group by {{ keys | join(', ') }}, nth_exposure

),

measured as (

    select
        curves.*,
        errors.customers,
        least(
            curves.effective_pairs,
            curves.hazard * (1 - curves.hazard) / nullif(errors.variance, 0)
        ) as pairs,
        curves.weight / max(curves.weight) over (
            partition by
                curves.fold_id,
                curves.position_group,
                curves.click_propensity,
                curves.strata
        ) as weight_rate
    from curves
    inner join errors
        on
            curves.nth_exposure = errors.nth_exposure
            {% for key in keys -%}
                and curves.{{ key }} = errors.{{ key }}
            {% endfor %}

),

bounded as (

    select
        *,
        {{ z }} * sqrt(
            greatest(hazard * (1 - hazard), 0) / nullif(pairs, 0)
            + {{ z }} * {{ z }} / (4 * pairs * pairs)
        ) as half_width,
        hazard + {{ z }} * {{ z }} / (2 * pairs) as centre,
        1 + {{ z }} * {{ z }} / pairs as divisor
    from measured

),

final as (

    select
        fold_id,
        position_group,
        click_propensity,
        strata,
        nth_exposure,
        customers as count_customers,
        hazard,
        greatest((centre - half_width) / divisor, 0) as ci_low,
        (centre + half_width) / divisor as ci_high,
        weight_rate
    from bounded

)

select * from final
