{# The CTE `strategies`: fold, scenario, strategy and task of the CTE `lists` under one
   number, by which lists are joined and grouped instead of by four columns. It numbers
   what is there, and means nothing outside of its model. #}
{% macro numbered_strategies() -%}
strategies as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        cast(
            row_number() over (
                order by
                    fold_id asc nulls last,
                    scenario_id asc nulls last,
                    strategy asc nulls last,
                    task asc nulls last
            ) as integer
        ) as strategy_key
    from lists
    group by fold_id, scenario_id, strategy, task

)
{%- endmacro %}
