with

hits as (

    select * from {{ ref('int_evaluation__hits') }}

),

folds as (

    select * from {{ ref('folds') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

measured as (

    select
        *,
        {% for metric, expression in aisle.customer_metrics().items()
            if metric != expression -%}
            {{ expression }} as metric_{{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from hits

),

final as (

    select
        measured.fold_id,
        folds.fold_role,
        measured.strategy,
        measured.scenario_id,
        measured.task,
        customers.customer_id,
        measured.k,
        measured.customer_key,
        measured.count_relevant,
        measured.count_shown,
        measured.count_hits,
        measured.has_history,
        {% for metric, expression in aisle.customer_metrics().items() -%}
            cast(
                {%- if metric != expression %} measured.metric_{{ metric }}
                {%- else %} measured.{{ metric }}
                {%- endif %} as double
            ) as {{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from measured
    inner join folds
        on measured.fold_id = folds.fold_id
    inner join customers
        on
            measured.fold_id = customers.fold_id
            and measured.customer_key = customers.customer_key

)

select * from final
