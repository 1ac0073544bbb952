{%- set count_draws = aisle.checked_var('bootstrap_replicates') + 1 -%}

with

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        -- Of the home list, at all hours and by part of the week.
        task not in ('repeat', 'new_to_customer')
        and rank <= 10

),

customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where has_history

),

-- Replicate 0 counts everybody once: the figure itself. The others weigh customers by a
-- keyed Poisson draw: the bootstrap, the same on every run.
replicates as (

    select
        customers.fold_id,
        customers.customer_key,
        numbers.number - 1 as replicate,
        case
            when numbers.number = 1 then 1
            else {{ aisle.poisson_weight(aisle.hash_uniform(
                "concat_ws(':', 'bootstrap', cast(numbers.number as "
                ~ dbt.type_string() ~ "), customers.customer_id)"
            )) }}
        end as weight
    from customers
    cross join {{ aisle.numbers(count_draws) }} as numbers

),

final as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        replicates.replicate,
        lists.product_key,
        sum(replicates.weight) as count_shown
    from lists
    inner join replicates
        on
            lists.fold_id = replicates.fold_id
            and lists.customer_key = replicates.customer_key
    where replicates.weight > 0
    group by
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        replicates.replicate,
        lists.product_key

)

select * from final
