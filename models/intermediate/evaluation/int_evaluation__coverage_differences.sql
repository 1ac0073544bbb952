{#- What scenarios are compared with. -#}
{%- set bases = ['no_rules', 'all_rules', 'no_diversity', 'no_discovery'] -%}

with

replicates as (

    select * from {{ ref('int_evaluation__set_replicates') }}

),

-- A replicate weighs the same customers alike in both. Whole numbers of products.
paired as (

    select
        replicates.fold_id,
        replicates.scenario_id,
        bases.scenario_id as base_scenario_id,
        replicates.strategy,
        replicates.task,
        replicates.replicate,
        replicates.count_products,
        replicates.count_shown_products - bases.count_shown_products
            as count_more_products
    from replicates
    inner join replicates as bases
        on
            replicates.fold_id = bases.fold_id
            and replicates.strategy = bases.strategy
            and replicates.task = bases.task
            and replicates.replicate = bases.replicate
    where bases.scenario_id in ({{ aisle.text_list(bases) }})

),

summed as (

    select
        fold_id,
        scenario_id,
        base_scenario_id,
        strategy,
        task,
        max(count_products) as count_products,
        max(case when replicate = 0 then count_more_products end)
            as count_more_products,
        {{ aisle.error_sums(
            'case when replicate > 0 then count_more_products end', 'replicates'
        ) }}
    from paired
    group by fold_id, scenario_id, base_scenario_id, strategy, task

),

final as (

    select
        fold_id,
        scenario_id,
        base_scenario_id,
        strategy,
        task,
        cast(count_more_products as double) / count_products as difference,
        -- The spread of the replicates is the standard error itself, not of their mean.
        {{ aisle.standard_error(
            'count_replicates', 'total_replicates', 'squares_replicates'
        ) }} * sqrt(count_replicates) / count_products as standard_error
    from summed

)

select * from final
