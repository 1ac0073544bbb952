{#- Each curve with the strata that its figures are standardised to. -#}
{%- set curves = [
    {'position_group': "'all'", 'propensity': "'all'", 'strata': 'slots',
     'stratum': 'exposures.position'},
    {'position_group': 'exposures.position_group', 'propensity': "'all'",
     'strata': 'slots', 'stratum': 'exposures.position'},
    {'position_group': "'all'", 'propensity': 'propensities.quintile_text',
     'strata': 'slots', 'stratum': 'exposures.position'},
    {'position_group': "'all'", 'propensity': "'all'", 'strata': 'slots_and_propensity',
     'stratum': "concat_ws('/', exposures.position_group, propensities.quintile_text)"},
] -%}

with

exposures as (

    select * from {{ ref('int_fatigue__exposures') }}

),

propensities as (

    select
        *,
        cast(propensity_quintile as {{ dbt.type_string() }}) as quintile_text
    from {{ ref('int_fatigue__propensities') }}

),

final as (

    {% for curve in curves -%}
        select
            exposures.fold_id,
            {{ curve.position_group }} as position_group,
            {{ curve.propensity }} as click_propensity,
            '{{ curve.strata }}' as strata,
            {{ curve.stratum }} as stratum,
            exposures.nth_exposure,
            exposures.customer_id,
            count(*) as count_impressions,
            count(case when exposures.is_clicked then 1 end) as count_clicks,
            count(case when exposures.is_at_risk then 1 end) as count_at_risk,
            count(case when exposures.is_first_click then 1 end) as count_first_clicks,
            count(case when not exposures.is_in_cap_experiment then 1 end)
                as count_observational
        from exposures
        inner join propensities
            on
                exposures.fold_id = propensities.fold_id
                and exposures.customer_id = propensities.customer_id
                and exposures.product_id = propensities.product_id
        group by
            exposures.fold_id,
            {% if curve.position_group != "'all'" -%}
                {{ curve.position_group }},
            {% endif -%}
            {% if curve.propensity != "'all'" -%}
                {{ curve.propensity }},
            {% endif -%}
            {{ curve.stratum }},
            exposures.nth_exposure,
            exposures.customer_id
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select * from final
