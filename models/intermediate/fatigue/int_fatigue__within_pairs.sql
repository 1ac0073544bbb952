with

exposures as (

    select * from {{ ref('int_fatigue__exposures') }}
    where fold_id = 'serving'

),

propensities as (

    select * from {{ ref('int_fatigue__propensities') }}
    where fold_id = 'serving'

),

-- What the place alone lets expect, by the first exposures there.
expected as (

    select
        exposures.*,
        cast(propensities.propensity_quintile as {{ dbt.type_string() }})
            as propensity_quintile,
        count(
            case
                when exposures.is_first_exposure and exposures.is_first_click then 1
            end
        ) over (partition by exposures.position)
        / nullif(
            cast(
                count(case when exposures.is_first_exposure then 1 end) over (
                    partition by exposures.position
                ) as double
            ),
            0
        ) as expected_clicks
    from exposures
    inner join propensities
        on
            exposures.customer_id = propensities.customer_id
            and exposures.product_id = propensities.product_id

),

-- Of each pair what came of its first exposure, and of every later one.
pairs as (

    select
        propensity_quintile,
        customer_id,
        product_id,
        nth_exposure,
        sum(case when is_clicked then 1 else 0 end) as clicks,
        {{ aisle.exact_sum('coalesce(expected_clicks, 0)', 9) }} as expected_clicks
    from expected
    group by propensity_quintile, customer_id, product_id, nth_exposure

),

beside_first as (

    select
        later.nth_exposure,
        later.customer_id,
        later.propensity_quintile,
        later.clicks,
        later.expected_clicks,
        first_one.clicks as first_clicks,
        first_one.expected_clicks as first_expected
    from pairs as later
    inner join pairs as first_one
        on
            later.customer_id = first_one.customer_id
            and later.product_id = first_one.product_id
            and first_one.nth_exposure = 1

),

by_customer as (

    {% for propensity in ["'all'", 'propensity_quintile'] -%}
        select
            {{ propensity }} as click_propensity,
            nth_exposure,
            customer_id,
            count(*) as pairs,
            cast(sum(clicks) as double) as later_clicks,
            cast(sum(first_clicks) as double) as first_clicks,
            {{ aisle.exact_sum('expected_clicks', 9) }} as later_expected,
            {{ aisle.exact_sum('first_expected', 9) }} as first_expected
        from beside_first
        group by {{ propensity }}, nth_exposure, customer_id
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

summed as (

    select
        click_propensity,
        nth_exposure,
        count(*) as customers,
        sum(pairs) as pairs,
        {{ aisle.exact_sum('later_clicks', 0) }} as later_clicks,
        {{ aisle.exact_sum('first_clicks', 0) }} as first_clicks,
        {{ aisle.exact_sum('later_expected', 9) }} as later_expected,
        {{ aisle.exact_sum('first_expected', 9) }} as first_expected
    from by_customer
    group by click_propensity, nth_exposure

),

{{ aisle.ratio_of_ratios(['later', 'first'], ['click_propensity', 'nth_exposure']) }},

final as (

    select
        click_propensity,
        nth_exposure,
        pairs as count_pairs,
        ratio,
        {% for side, sign in [('low', '-'), ('high', '+')] -%}
            case
                when nth_exposure > 1
                    then
                        ratio
                        * exp({{ sign }}{{ aisle.normal_quantile() }} * log_error)
            end as ci_{{ side }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from measured

)

select * from final
