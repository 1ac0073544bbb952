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

measured as (

    select
        customer_metrics.fold_id,
        customer_metrics.customer_key,
        case when customer_metrics.fold_role = 'test' then 'test' else 'before' end
            as period,
        customer_metrics.ndcg,
        customer_metrics.hit_rate
    from customer_metrics
    inner join champions
        on customer_metrics.strategy = champions.strategy

),

grouped as (

    select
        measured.period,
        groups.segment_type,
        groups.segment,
        measured.ndcg,
        measured.hit_rate
    from measured
    inner join groups
        on
            measured.fold_id = groups.fold_id
            and measured.customer_key = groups.customer_key
    union all
    select
        period,
        'all' as segment_type,
        'all' as segment,
        ndcg,
        hit_rate
    from measured

),

summed as (

    select
        segment_type,
        segment,
        {% for period in periods -%}
            {% for metric in metrics -%}
                {{ aisle.error_sums(
                    "case when period = '" ~ period ~ "' then " ~ metric ~ " end",
                    period ~ '_' ~ metric
                ) }},
            {% endfor -%}
        {% endfor -%}
        count(*) as count_rows
    from grouped
    group by segment_type, segment

),

unpivoted as (

    {% for metric in metrics -%}
        select
            segment_type,
            segment,
            '{{ metric }}' as metric,
            {% for period in periods -%}
                {%- set name = period ~ '_' ~ metric -%}
                total_{{ name }} / nullif(count_{{ name }}, 0) as {{ period }}_value,
                {{ aisle.standard_error(
                    'count_' ~ name, 'total_' ~ name, 'squares_' ~ name
                ) }} as {{ period }}_error,
                count_{{ name }} as count_{{ period }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from summed
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

population as (

    select
        metric,
        test_value - before_value as difference
    from unpivoted
    where segment_type = 'all'

),

-- Customers of both months count as others: that makes the interval wider, if anything.
compared as (

    select
        unpivoted.*,
        unpivoted.test_value - unpivoted.before_value as difference,
        sqrt(
            unpivoted.test_error * unpivoted.test_error
            + unpivoted.before_error * unpivoted.before_error
        ) as standard_error,
        population.difference as population_difference
    from unpivoted
    inner join population
        on unpivoted.metric = population.metric
    where
        unpivoted.count_test >= {{ aisle.checked_var('cohort_min_customers') }}
        and unpivoted.count_before >= {{ aisle.checked_var('cohort_min_customers') }}

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
        difference - 1.96 * standard_error as ci_low,
        difference + 1.96 * standard_error as ci_high,
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
