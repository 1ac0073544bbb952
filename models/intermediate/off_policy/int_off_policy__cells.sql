with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}
    where propensity is not null

),

final as (

    select
        experiment_id,
        placement,
        policy,
        slot,
        product_id,
        half,
        count(*) as count_rows,
        count(case when is_clicked then 1 end) as count_clicks,
        {{ aisle.exact_wide_sum('1 / propensity') }} as inverse,
        {{ aisle.exact_wide_sum('1 / (propensity * propensity)') }} as inverse_squares,
        coalesce(
            {{ aisle.exact_wide_sum(
                'case when is_clicked then 1 / propensity end'
            ) }}, 0
        ) as clicked_inverse,
        coalesce(
            {{ aisle.exact_wide_sum(
                'case when is_clicked then 1 / (propensity * propensity) end'
            ) }}, 0
        ) as clicked_inverse_squares,
        min(propensity) as least_propensity,
        max(propensity) as most_propensity
    from impressions
    group by experiment_id, placement, policy, slot, product_id, half

)

select * from final
