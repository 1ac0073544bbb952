{%- set sources = aisle.candidate_sources() | map(attribute='name') | list -%}
{%- set rows = sources + ['union', 'ranked'] -%}

with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

relevant as (

    select * from {{ ref('int_evaluation__relevant_products') }}
    where has_history

),

proposals as (

    select * from {{ ref('int_candidates__proposals') }}
    where fold_key in (select folds.fold_key from folds)

),

fused as (

    select
        *,
        case when is_bought then 'repeat' else 'new_to_customer' end as part
    from {{ ref('int_ranking__fused') }}
    where fold_key in (select folds.fold_key from folds)

),

customers as (

    select
        relevant.fold_id,
        folds.fold_key,
        relevant.task,
        relevant.customer_key,
        count(*) as count_relevant
    from relevant
    inner join folds
        on relevant.fold_id = folds.fold_id
    group by relevant.fold_id, folds.fold_key, relevant.task, relevant.customer_key

),

-- How each of the sources came by it, and all of them together.
hits as (

    select
        relevant.fold_id,
        relevant.task,
        relevant.customer_key,
        relevant.product_key,
        fused.count_sources,
        fused.is_ranked,
        proposals.source_key
    from relevant
    inner join fused
        on
            relevant.fold_id = fused.fold_id
            and relevant.customer_key = fused.customer_key
            and relevant.product_key = fused.product_key
    inner join proposals
        on
            fused.fold_key = proposals.fold_key
            and fused.customer_key = proposals.customer_key
            and fused.product_key = proposals.product_key

),

found as (

    select
        fold_id,
        task,
        customer_key,
        {% for source in sources -%}
            count(
                case
                    when count_sources = 1 and source_key = {{ loop.index }} then 1
                end
            ) as alone_{{ source }},
            count(case when source_key = {{ loop.index }} then 1 end)
                as found_{{ source }},
        {% endfor -%}
        count(distinct product_key) as found_union,
        count(distinct case when is_ranked then product_key end) as found_ranked
    from hits
    group by fold_id, task, customer_key

),

-- Per customer first: who bought much counts no more than who bought little.
shared as (

    select
        customers.fold_id,
        customers.task,
        {% for source in sources -%}
            cast(coalesce(found.alone_{{ source }}, 0) as double)
            / customers.count_relevant as alone_{{ source }},
        {% endfor -%}
        {% for row in rows -%}
            cast(coalesce(found.found_{{ row }}, 0) as double)
            / customers.count_relevant as found_{{ row }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from customers
    left join found
        on
            customers.fold_id = found.fold_id
            and customers.task = found.task
            and customers.customer_key = found.customer_key

),

summed as (

    select
        fold_id,
        task,
        {% for source in sources -%}
            {{ aisle.exact_sum('alone_' ~ source, 9) }} as alone_{{ source }},
        {% endfor -%}
        {% for row in rows -%}
            {{ aisle.exact_sum('found_' ~ row, 9) }} as found_{{ row }},
            {{ aisle.exact_sum('found_' ~ row ~ ' * found_' ~ row, 9) }}
                as squares_{{ row }},
        {% endfor -%}
        count(*) as count_customers
    from shared
    group by fold_id, task

),

sizes as (

    select
        fold_id,
        part,
        customer_key,
        count(*) as count_union,
        count(case when is_ranked then 1 end) as count_ranked
    from fused
    group by fold_id, part, customer_key

),

source_sizes as (

    select
        fused.fold_id,
        fused.part,
        fused.customer_key,
        {% for source in sources -%}
            count(case when proposals.source_key = {{ loop.index }} then 1 end)
                as count_{{ source }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from fused
    inner join proposals
        on
            fused.fold_key = proposals.fold_key
            and fused.customer_key = proposals.customer_key
            and fused.product_key = proposals.product_key
    inner join customers
        on
            fused.fold_id = customers.fold_id
            and fused.customer_key = customers.customer_key
    where customers.task = 'all'
    group by fused.fold_id, fused.part, fused.customer_key

),

-- As lists are: a task's candidates are those that could be on its list.
sized as (

    select
        customers.fold_id,
        customers.task,
        {% for source in sources -%}
            sum(source_sizes.count_{{ source }}) as count_{{ source }},
        {% endfor -%}
        sum(sizes.count_union) as count_union,
        sum(sizes.count_ranked) as count_ranked
    from customers
    inner join sizes
        on
            customers.fold_id = sizes.fold_id
            and customers.customer_key = sizes.customer_key
    inner join source_sizes
        on
            sizes.fold_id = source_sizes.fold_id
            and sizes.part = source_sizes.part
            and sizes.customer_key = source_sizes.customer_key
    where customers.task in ('all', sizes.part)
    group by customers.fold_id, customers.task

),

unpivoted as (

    {% for row in rows -%}
        select
            summed.fold_id,
            summed.task,
            '{{ row }}' as candidate_source,
            summed.found_{{ row }} / summed.count_customers as recall,
            {{ aisle.standard_error(
                'summed.count_customers', 'summed.found_' ~ row, 'summed.squares_' ~ row
            ) }} as standard_error,
            {% if row not in sources -%}
                cast(null as double) as alone_rate,
                cast(null as double) as recall_without,
            {%- else -%}
                summed.alone_{{ row }} / summed.count_customers as alone_rate,
                (summed.found_union - summed.alone_{{ row }}) / summed.count_customers
                    as recall_without,
            {%- endif %}
            cast(coalesce(sized.count_{{ row }}, 0) as double)
            / summed.count_customers as candidates_per_customer,
            summed.count_customers
        from summed
        left join sized
            on
                summed.fold_id = sized.fold_id
                and summed.task = sized.task
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

final as (

    select
        unpivoted.fold_id,
        folds.fold_role,
        unpivoted.task,
        unpivoted.candidate_source,
        cast(unpivoted.recall as double) as recall,
        cast(unpivoted.standard_error as double) as standard_error,
        {{ aisle.interval('unpivoted.recall', 'unpivoted.standard_error') }},
        cast(unpivoted.alone_rate as double) as alone_rate,
        cast(unpivoted.recall_without as double) as recall_without,
        cast(unpivoted.candidates_per_customer as double) as candidates_per_customer,
        unpivoted.count_customers
    from unpivoted
    inner join folds
        on unpivoted.fold_id = folds.fold_id

)

select * from final
