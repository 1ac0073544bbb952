{%- set metrics = ['ndcg', 'revenue', 'margin'] -%}

with

hits as (

    select * from {{ ref('int_evaluation__hits') }}
    where
        task = 'all'
        and has_history
        and k = 10

),

scenarios as (

    select * from {{ ref('scenarios') }}
    where
        rules = 'all'
        and diversity is null
        and discovery_share is null

),

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        placement = 'home'
        and slot <= {{ [10, aisle.checked_var('list_length')] | min }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('validation', 'test')

),

products as (

    select * from {{ ref('int_features__products') }}

),

measured as (

    select
        hits.fold_id,
        folds.fold_role,
        hits.scenario_id,
        hits.strategy,
        hits.customer_key,
        scenarios.value,
        cast(scenarios.weight as double) as weight,
        {% for metric in metrics -%}
            {{ aisle.customer_metrics()[metric] }} as {{ metric }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from hits
    inner join folds
        on hits.fold_id = folds.fold_id
    inner join scenarios
        on hits.scenario_id = scenarios.scenario_id

),

bases as (

    select * from measured
    where scenario_id = 'without_objective'

),

summed as (

    select
        measured.fold_id,
        measured.fold_role,
        measured.scenario_id,
        measured.value,
        measured.weight,
        {% for metric in metrics -%}
            {{ aisle.exact_avg('measured.' ~ metric) }} as {{ metric }},
            {{ aisle.error_sums('measured.' ~ metric ~ ' - bases.' ~ metric, metric) }},
        {% endfor -%}
        {{ aisle.exact_avg('bases.ndcg') }} as base_ndcg,
        count(*) as count_customers
    from measured
    inner join bases
        on
            measured.fold_id = bases.fold_id
            and measured.strategy = bases.strategy
            and measured.customer_key = bases.customer_key
    group by
        measured.fold_id,
        measured.fold_role,
        measured.scenario_id,
        measured.value,
        measured.weight

),

compared as (

    select
        *,
        {{ aisle.differences(metrics) }}
    from summed

),

-- Prices too are of the customers whose lists are measured.
base_customers as (

    select
        fold_id,
        customer_key
    from bases

),

priced as (

    select
        lists.fold_id,
        lists.scenario_id,
        {{ aisle.exact_avg('products.price') }} as mean_price
    from lists
    inner join folds
        on lists.fold_id = folds.fold_id
    inner join base_customers
        on
            lists.fold_id = base_customers.fold_id
            and lists.customer_key = base_customers.customer_key
    inner join products
        on
            lists.fold_id = products.fold_id
            and lists.product_key = products.product_key
    group by lists.fold_id, lists.scenario_id

),

limited as (

    select
        compared.*,
        priced.mean_price,
        priced.mean_price / nullif(base_prices.mean_price, 0) - 1 as price_drift,
        -- At the lower end of the interval; nothing changed keeps all.
        1 + (compared.ndcg_difference - coalesce(compared.ndcg_half_width, 0))
        / nullif(compared.base_ndcg, 0) as least_ndcg_share,
        coalesce(compared.margin, compared.revenue) as earned
    from compared
    left join priced
        on
            compared.fold_id = priced.fold_id
            and compared.scenario_id = priced.scenario_id
    left join priced as base_prices
        on
            compared.fold_id = base_prices.fold_id
            and base_prices.scenario_id = 'without_objective'

),

beaten as (

    select distinct
        limited.fold_id,
        limited.scenario_id
    from limited
    inner join limited as others
        on
            limited.fold_id = others.fold_id
            and {{ aisle.is_beaten('limited', 'others', ['ndcg', 'earned']) }}

),

final as (

    select
        limited.fold_id,
        limited.fold_role,
        limited.scenario_id,
        cast(limited.value as {{ dbt.type_string() }}) as value,
        limited.weight,
        {{ aisle.difference_columns('limited', metrics) }},
        cast(limited.least_ndcg_share as double) as least_ndcg_share,
        cast(limited.mean_price as double) as mean_price,
        cast(limited.price_drift as double) as price_drift,
        beaten.scenario_id is null as is_on_pareto_front,
        coalesce(limited.least_ndcg_share >= {{ var('relevance_floor') }}, true)
        and coalesce(abs(limited.price_drift) <= {{ var('price_drift') }}, true)
            as is_within_limits,
        cast(limited.count_customers as bigint) as count_customers
    from limited
    left join beaten
        on
            limited.fold_id = beaten.fold_id
            and limited.scenario_id = beaten.scenario_id

)

select * from final
