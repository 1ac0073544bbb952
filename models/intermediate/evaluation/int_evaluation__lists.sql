{#- Where customers are shown fewer than the headline's ten, so many are measured. -#}
{%- set list_length = aisle.checked_var('list_length') -%}
{%- set depth = var('evaluation_depth') if list_length >= 10
    else [list_length, var('evaluation_depth')] | min -%}

with

ranked_lists as (

    select * from {{ ref('int_ranking__lists') }}

),

live_lists as (

    select * from {{ ref('int_slots__lists') }}
    where fold_id != 'serving'

),

part_lists as (

    select * from {{ ref('int_placements__part_ranked') }}
    where fold_id != 'serving'

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}

),

cold_start_folds as (

    select fold_id
    from {{ ref('folds') }}
    where fold_role = 'cold_start'

),

champions as (

    select
        placement,
        strategy,
        case placement
            {% for placement, task in aisle.shelves().items() -%}
                when '{{ placement }}' then '{{ task }}'
            {% endfor %}
        end as task
    from {{ ref('int_ranking__champions') }}

),

-- A champion that a fold does not have, such as a ranker without folds to learn from,
-- serves popularity there, which is not to be measured under its name.
present as (

    select distinct
        fold_id,
        strategy
    from ranked_lists

),

-- Where a study shows no history, newcomers' lists are what it asks for.
served as (

    select
        present.fold_id,
        champions.placement,
        champions.strategy,
        champions.task
    from present
    inner join champions
        on present.strategy = champions.strategy
    union
    select
        cold_start_folds.fold_id,
        champions.placement,
        champions.strategy,
        champions.task
    from cold_start_folds
    cross join champions

),

-- The live scenario is measured beside the same strategy before rules, each shelf by
-- its own task. That of a list by part of the week is what is bought in the part.
tasks as (

    select
        fold_id,
        'relevance_only' as scenario_id,
        strategy,
        task,
        customer_key,
        product_key,
        rank
    from ranked_lists
    union all
    select
        live_lists.fold_id,
        live_lists.scenario_id,
        served.strategy,
        served.task,
        live_lists.customer_key,
        live_lists.product_key,
        live_lists.slot as rank
    from live_lists
    inner join served
        on
            live_lists.fold_id = served.fold_id
            and live_lists.placement = served.placement
    inner join customers
        on
            live_lists.fold_id = customers.fold_id
            and live_lists.customer_key = customers.customer_key
    where live_lists.slot <= {{ depth }}
    union all
    select
        part_lists.fold_id,
        part_lists.scenario_id,
        served.strategy,
        part_lists.week_part as task,
        part_lists.customer_key,
        part_lists.product_key,
        part_lists.slot as rank
    from part_lists
    inner join served
        on
            part_lists.fold_id = served.fold_id
            and part_lists.placement = served.placement
    inner join customers
        on
            part_lists.fold_id = customers.fold_id
            and part_lists.customer_key = customers.customer_key
    where part_lists.slot <= {{ depth }}

),

final as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        customer_key,
        product_key,
        rank
    from tasks

)

select * from final
