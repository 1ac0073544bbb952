{%- set ks = [5, 10] -%}
{%- set metrics = ['hit_rate', 'precision'] -%}

with

shown_lists as (

    select * from {{ ref('int_shadow__test_lists') }}

),

shadow_lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        fold_id = 'test'
        and task = 'all'
        and scenario_id in ('relevance_only', 'live')
        and rank <= {{ ks | last }}

),

orders as (

    select * from {{ ref('int_folds__holdout_orders') }}
    where fold_id = 'test'

),

lengths as (

    select
        fold_id,
        customer_key,
        min(shown_week) as shown_week,
        count(*) as length
    from shown_lists
    group by fold_id, customer_key

),

-- What was bought in the week of the showing may have been bought before it.
bought as (

    select distinct
        orders.fold_id,
        orders.customer_key,
        orders.product_key
    from orders
    inner join lengths
        on
            orders.fold_id = lengths.fold_id
            and orders.customer_key = lengths.customer_key
            and orders.holdout_week > lengths.shown_week

),

buyers as (

    select distinct
        bought.fold_id,
        bought.customer_key,
        lengths.length
    from bought
    inner join lengths
        on
            bought.fold_id = lengths.fold_id
            and bought.customer_key = lengths.customer_key

),

-- Either list is cut to what was shown, so that a longer one hits no more for that.
shown_hits as (

    select
        shown_lists.fold_id,
        shown_lists.customer_key,
        ks.k,
        count(bought.product_key) as hits
    from shown_lists
    cross join {{ aisle.value_rows('k', ks) }} as ks
    left join bought
        on
            shown_lists.fold_id = bought.fold_id
            and shown_lists.customer_key = bought.customer_key
            and shown_lists.product_key = bought.product_key
    where shown_lists.place <= ks.k
    group by shown_lists.fold_id, shown_lists.customer_key, ks.k

),

shadow_hits as (

    select
        shadow_lists.fold_id,
        shadow_lists.strategy,
        shadow_lists.scenario_id,
        shadow_lists.customer_key,
        ks.k,
        min(buyers.length) as length,
        count(bought.product_key) as hits
    from shadow_lists
    inner join buyers
        on
            shadow_lists.fold_id = buyers.fold_id
            and shadow_lists.customer_key = buyers.customer_key
            and shadow_lists.rank <= buyers.length
    cross join {{ aisle.value_rows('k', ks) }} as ks
    left join bought
        on
            shadow_lists.fold_id = bought.fold_id
            and shadow_lists.customer_key = bought.customer_key
            and shadow_lists.product_key = bought.product_key
    where shadow_lists.rank <= ks.k
    group by
        shadow_lists.fold_id,
        shadow_lists.strategy,
        shadow_lists.scenario_id,
        shadow_lists.customer_key,
        ks.k

),

paired as (

    select
        shadow_hits.strategy,
        shadow_hits.scenario_id,
        shadow_hits.k,
        case when shadow_hits.hits > 0 then 1 else 0 end as shadow_hit_rate,
        case when shown_hits.hits > 0 then 1 else 0 end as shown_hit_rate,
        shadow_hits.hits / cast(least(shadow_hits.length, shadow_hits.k) as double)
            as shadow_precision,
        shown_hits.hits / cast(least(shadow_hits.length, shadow_hits.k) as double)
            as shown_precision
    from shadow_hits
    inner join shown_hits
        on
            shadow_hits.fold_id = shown_hits.fold_id
            and shadow_hits.customer_key = shown_hits.customer_key
            and shadow_hits.k = shown_hits.k

),

summed as (

    select
        strategy,
        scenario_id,
        k,
        {% for metric in metrics -%}
            {{ aisle.exact_avg('shadow_' ~ metric) }} as shadow_{{ metric }},
            {{ aisle.exact_avg('shown_' ~ metric) }} as shown_{{ metric }},
            {{ aisle.error_sums('shadow_' ~ metric ~ ' - shown_' ~ metric, metric) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from paired
    group by strategy, scenario_id, k

),

compared as (

    select
        *,
        {{ aisle.differences(metrics) }}
    from summed

),

final as (

    select
        strategy,
        scenario_id,
        cast(k as integer) as k,
        cast(count_hit_rate as bigint) as count_customers,
        {% for metric in metrics -%}
            cast(shadow_{{ metric }} as double) as shadow_{{ metric }},
            cast(shown_{{ metric }} as double) as shown_{{ metric }},
            cast({{ metric }}_difference as double) as {{ metric }}_difference,
            cast({{ metric }}_difference - {{ metric }}_half_width as double)
                as {{ metric }}_difference_ci_low,
            cast({{ metric }}_difference + {{ metric }}_half_width as double)
                as {{ metric }}_difference_ci_high
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from compared

)

select * from final
