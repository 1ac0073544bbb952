{%- set metrics = ['ndcg', 'hit_rate'] -%}
{%- set periods = ['test', 'before'] -%}

with

champions as (

    select * from {{ ref('int_ranking__champions') }}
    where placement = 'home'

),

-- The plain ranking: lists with rules are measured in fewer folds.
customer_metrics as (

    select * from {{ ref('customer_metrics') }}
    where
        scenario_id = 'relevance_only'
        and task = 'all'
        and k = 10
        and has_history
        and fold_role in ('train', 'validation', 'test')

),

groups as (

    select * from {{ ref('int_monitoring__customer_groups') }}

),

-- A row for each metric from here on, so that they are added up alike.
measured as (

    {% for metric in metrics -%}
        select
            customer_metrics.fold_id,
            customer_metrics.customer_key,
            case when customer_metrics.fold_role = 'test' then 'test' else 'before' end
                as period,
            '{{ metric }}' as metric,
            customer_metrics.{{ metric }} as value
        from customer_metrics
        inner join champions
            on customer_metrics.strategy = champions.strategy
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

grouped as (

    select
        measured.period,
        measured.metric,
        groups.segment_type,
        groups.segment,
        measured.value
    from measured
    inner join groups
        on
            measured.fold_id = groups.fold_id
            and measured.customer_key = groups.customer_key
    union all
    select
        period,
        metric,
        'all' as segment_type,
        'all' as segment,
        value
    from measured

),

summed as (

    select
        segment_type,
        segment,
        metric,
        {% for period in periods -%}
            {{ aisle.error_sums(
                "case when period = '" ~ period ~ "' then value end", period
            ) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from grouped
    group by segment_type, segment, metric

),

averaged as (

    select
        segment_type,
        segment,
        metric,
        {% for period in periods -%}
            total_{{ period }} / nullif(count_{{ period }}, 0) as {{ period }}_value,
            {{ aisle.standard_error(
                'count_' ~ period, 'total_' ~ period, 'squares_' ~ period
            ) }} as {{ period }}_error,
            count_{{ period }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from summed

),

differing as (

    select
        *,
        test_value - before_value as difference,
        max(case when segment_type = 'all' then test_value - before_value end) over (
            partition by metric
        ) as population_difference
    from averaged

),

-- Customers of both months count as others: that makes the interval wider, if anything.
compared as (

    select
        *,
        sqrt(
            test_error * test_error + before_error * before_error
        ) as standard_error
    from differing
    where
        count_test >= {{ aisle.checked_var('cohort_min_customers') }}
        and count_before >= {{ aisle.checked_var('cohort_min_customers') }}

),

tested as (

    select
        *,
        {{ aisle.two_sided_p_value('difference', 'standard_error') }} as p_value
    from compared

),

-- The population is no group among others.
ordered as (

    select
        *,
        row_number() over (
            partition by metric, segment_type = 'all'
            order by
                p_value asc nulls last,
                segment_type asc nulls last,
                segment asc nulls last
        ) as position,
        count(p_value) over (
            partition by metric, segment_type = 'all'
        ) as count_comparisons
    from tested

),

adjusted as (

    select
        *,
        {{ aisle.benjamini_hochberg(
            'p_value', 'position', 'count_comparisons',
            "metric, segment_type = 'all'",
        ) }} as p_value_bh
    from ordered

),

final as (

    select
        segment_type,
        segment,
        metric,
        test_value,
        before_value,
        difference,
        {{ aisle.interval('difference', 'standard_error') }},
        population_difference,
        difference - population_difference as difference_to_all,
        p_value,
        p_value_bh,
        -difference * count_test as lost_quality,
        row_number() over (
            partition by metric, segment_type = 'all'
            order by
                -difference * count_test desc,
                segment_type asc nulls last,
                segment asc nulls last
        ) as rank,
        cast(count_test as bigint) as count_customers,
        cast(count_before as bigint) as count_customers_before,
        coalesce(difference < 0 and p_value_bh < 0.05, false) as is_degraded
    from adjusted

)

select * from final
