with

risk_sets as (

    select * from {{ ref('int_fatigue__risk_sets') }}
    where
        fold_id = 'serving'
        and strata = 'slots'

),

hazards as (

    select * from {{ ref('int_fatigue__hazards') }}
    where fold_id = 'serving'

),

standardised as (

    select * from hazards
    where strata = 'slots'

),

stratified as (

    select * from hazards
    where strata = 'slots_and_propensity'

),

within_pairs as (

    select * from {{ ref('int_fatigue__within_pairs') }}

),

by_customer as (

    select
        position_group,
        click_propensity,
        nth_exposure,
        customer_id,
        cast(sum(count_impressions) as double) as impressions,
        cast(sum(count_clicks) as double) as clicks,
        sum(count_at_risk) as at_risk,
        sum(count_first_clicks) as first_clicks,
        sum(count_observational) as observational
    from risk_sets
    group by position_group, click_propensity, nth_exposure, customer_id

),

summed as (

    select
        position_group,
        click_propensity,
        nth_exposure,
        cast(count(*) as double) as customers,
        {{ aisle.exact_sum('impressions', 0) }} as impressions,
        {{ aisle.exact_sum('clicks', 0) }} as clicks,
        {{ aisle.exact_sum('impressions * impressions', 0) }} as squares_impressions,
        {{ aisle.exact_sum('clicks * clicks', 0) }} as squares_clicks,
        {{ aisle.exact_sum('impressions * clicks', 0) }} as products,
        cast(sum(at_risk) as double) as at_risk,
        cast(sum(first_clicks) as double) as first_clicks,
        sum(observational) as observational
    from by_customer
    group by position_group, click_propensity, nth_exposure

),

measured as (

    select
        *,
        clicks / impressions as naive_click_rate,
        {{ aisle.ratio_standard_error(
            'customers', 'clicks', 'impressions', 'squares_clicks',
            'squares_impressions', 'products'
        ) }} as naive_error
    from summed

),

joined as (

    select
        measured.*,
        standardised.hazard as standardised_hazard,
        standardised.ci_low as standardised_low,
        standardised.ci_high as standardised_high,
        standardised.weight_rate,
        stratified.hazard as stratified_hazard,
        stratified.ci_low as stratified_low,
        stratified.ci_high as stratified_high,
        within_pairs.count_pairs,
        within_pairs.ratio as within_pair_ratio,
        within_pairs.ci_low as within_pair_low,
        within_pairs.ci_high as within_pair_high
    from measured
    left join standardised
        on
            measured.position_group = standardised.position_group
            and measured.click_propensity = standardised.click_propensity
            and measured.nth_exposure = standardised.nth_exposure
    left join stratified
        on
            measured.position_group = stratified.position_group
            and measured.click_propensity = stratified.click_propensity
            and measured.nth_exposure = stratified.nth_exposure
    left join within_pairs
        on
            measured.position_group = 'all'
            and measured.click_propensity = within_pairs.click_propensity
            and measured.nth_exposure = within_pairs.nth_exposure

),

final as (

    select
        position_group,
        click_propensity,
        cast(nth_exposure as integer) as nth_exposure,
        cast(customers as bigint) as count_customers,
        cast(impressions as bigint) as count_impressions,
        cast(clicks as bigint) as count_clicks,
        cast(at_risk as bigint) as count_at_risk,
        cast(first_clicks as bigint) as count_first_clicks,
        cast(count_pairs as bigint) as count_pairs,
        cast(naive_click_rate as double) as naive_click_rate,
        {{ aisle.interval('naive_click_rate', 'naive_error', 'naive_ci') }},
        cast(first_clicks / nullif(at_risk, 0) as double) as hazard,
        cast(standardised_hazard as double) as standardised_hazard,
        cast(standardised_low as double) as standardised_ci_low,
        cast(standardised_high as double) as standardised_ci_high,
        cast(weight_rate as double) as standardised_weight_rate,
        cast(stratified_hazard as double) as stratified_hazard,
        cast(stratified_low as double) as stratified_ci_low,
        cast(stratified_high as double) as stratified_ci_high,
        cast(within_pair_ratio as double) as within_pair_ratio,
        cast(within_pair_low as double) as within_pair_ci_low,
        cast(within_pair_high as double) as within_pair_ci_high,
        nth_exposure = {{ aisle.last_exposure() }} as is_open_ended,
        observational > 0 as is_observational
    from joined

)

select * from final
