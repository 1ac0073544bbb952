{#- An empty cell of a scenario means what is set for the lists that are shown. -#}

with

effects as (

    select * from {{ ref('int_rules__effects') }}

),

scenarios as (

    select * from {{ ref('int_rules__scenarios') }}

),

contexts as (

    select distinct
        context_key,
        fold_id,
        scenario_id,
        placement
    from effects

),

final as (

    select
        contexts.context_key,
        contexts.fold_id,
        contexts.scenario_id,
        contexts.placement,
        coalesce(scenarios.diversity, '{{ aisle.checked_var("diversity") }}')
            as diversity,
        coalesce(
            scenarios.diversity_lambda, {{ aisle.checked_var('diversity_lambda') }}
        ) as diversity_lambda,
        case
            when contexts.placement = 'home'
                then
                    cast(
                        round(
                            coalesce(
                                scenarios.discovery_share,
                                {{ aisle.checked_var('discovery_share') }}
                            ) * {{ aisle.checked_var('list_length') }}
                        ) as integer
                    )
            else 0
        end as count_discoveries
    from contexts
    inner join scenarios
        on contexts.scenario_id = scenarios.scenario_id

)

select * from final
