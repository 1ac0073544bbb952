{%- set floor = aisle.checked_var('fatigue_floor') -%}

with

hazards as (

    select * from {{ ref('int_fatigue__hazards') }}

),

beside_first as (

    select
        *,
        max(case when nth_exposure = 1 then hazard end) over (
            partition by fold_id, position_group, click_propensity, strata
        ) as first_hazard
    from hazards

),

-- Shown so often, the next time is worth less than that share of the first.
final as (

    select
        fold_id,
        position_group,
        click_propensity,
        strata,
        cast(
            min(
                case
                    when
                        nth_exposure > 1
                        and ci_high < {{ floor }} * first_hazard
                        then nth_exposure - 1
                end
            ) as integer
        ) as seen_times,
        min(first_hazard) as first_hazard,
        max(nth_exposure) as last_exposure
    from beside_first
    group by fold_id, position_group, click_propensity, strata

)

select * from final
