{%- set count_draws = aisle.checked_var('bootstrap_replicates') + 1 -%}

with

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        -- Of the home list, at all hours and by part of the week.
        task not in ('repeat', 'new_to_customer')
        and rank <= 10

),

-- The more customers, the more products are shown: all scenarios have the same ones.
customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where
        has_history
        and is_measured

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

-- Replicates stand side by side until the products are counted: the slots are gone
-- through once, not once for each.
customer_weights as (

    select
        fold_id,
        customer_key,
        {% for replicate in range(count_draws) -%}
            max(case when replicate = {{ replicate }} then weight end)
                as weight_{{ replicate }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from replicates
    group by fold_id, customer_key

),

counted as (

    select
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        lists.product_key,
        {% for replicate in range(count_draws) -%}
            sum(customer_weights.weight_{{ replicate }}) as count_{{ replicate }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from lists
    inner join customer_weights
        on
            lists.fold_id = customer_weights.fold_id
            and lists.customer_key = customer_weights.customer_key
    group by
        lists.fold_id,
        lists.scenario_id,
        lists.strategy,
        lists.task,
        lists.product_key

),

unpivoted as (

    select
        counted.fold_id,
        counted.scenario_id,
        counted.strategy,
        counted.task,
        numbers.number - 1 as replicate,
        counted.product_key,
        case numbers.number - 1
            {% for replicate in range(count_draws) -%}
                when {{ replicate }} then counted.count_{{ replicate }}
            {% endfor -%}
        end as count_shown
    from counted
    cross join {{ aisle.numbers(count_draws) }} as numbers

),

final as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        replicate,
        product_key,
        count_shown
    from unpivoted
    where count_shown > 0

)

select * from final
