{%- set ks = [5, 10] -%}
{#- Elsewhere rules act in other ways, or not at all. -#}
{%- set has_rules = 'counted.placement in ('
    ~ aisle.text_list(aisle.shelves() | list) ~ ')' -%}
{%- set metrics = [
    'overlap', 'rank_shift', 'new_rate', 'dropped_rate', 'live_excluded_rate',
    'live_buried_rate',
] -%}

with

shifts as (

    select * from {{ ref('int_shadow__shifts') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}
    where fold_id = 'serving'

),

counted as (

    select
        shifts.placement,
        shifts.customer_key,
        shifts.release_id,
        ks.k,
        cast(count(case when shifts.live_place <= ks.k then 1 end) as double)
            as live_products,
        cast(count(case when shifts.candidate_place <= ks.k then 1 end) as double)
            as candidate_products,
        count(
            case
                when shifts.live_place <= ks.k and shifts.candidate_place <= ks.k
                    then 1
            end
        ) as common_products,
        sum(
            case
                when shifts.live_place <= ks.k and shifts.candidate_place <= ks.k
                    then abs(shifts.live_place - shifts.candidate_place)
            end
        ) as shift,
        count(
            case
                when shifts.live_place <= ks.k and shifts.removed_by_rule_id is not null
                    then 1
            end
        ) as excluded_products,
        count(
            case
                when
                    shifts.live_place <= ks.k
                    and shifts.removed_by_rule_id is null
                    and shifts.multiplier < 1
                    then 1
            end
        ) as buried_products
    from shifts
    cross join {{ aisle.value_rows('k', ks) }} as ks
    group by shifts.placement, shifts.customer_key, shifts.release_id, ks.k

),

-- A list that is only shorter is no other list: overlap is of the shorter one.
measured as (

    select
        counted.placement,
        counted.k,
        coalesce(segments.rfm_segment, 'unknown') as rfm_segment,
        coalesce(counted.release_id, 'unknown') as live_release,
        counted.common_products
        / least(counted.live_products, counted.candidate_products) as overlap,
        counted.shift / cast(nullif(counted.common_products, 0) as double)
            as rank_shift,
        1 - counted.common_products / counted.candidate_products as new_rate,
        1 - counted.common_products / counted.live_products as dropped_rate,
        case when {{ has_rules }} then counted.excluded_products end
        / counted.live_products as live_excluded_rate,
        case when {{ has_rules }} then counted.buried_products end
        / counted.live_products as live_buried_rate
    from counted
    left join segments
        on counted.customer_key = segments.customer_key
    where
        counted.live_products > 0
        and counted.candidate_products > 0

),

summed as (

    {% for segment_type in ['all', 'rfm_segment', 'live_release'] -%}
        select
            placement,
            '{{ segment_type }}' as segment_type,
            {{ "'all'" if segment_type == 'all' else segment_type }} as segment,
            k,
            {% for metric in metrics -%}
                {{ aisle.error_sums(metric, metric) }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from measured
        group by
            placement,
            {% if segment_type != 'all' -%}
                {{ segment_type }},
            {% endif -%}
            k
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

unpivoted as (

    {% for metric in metrics -%}
        select
            placement,
            segment_type,
            segment,
            k,
            '{{ metric }}' as metric,
            total_{{ metric }} / count_{{ metric }} as value,
            {{ aisle.standard_error(
                'count_' ~ metric, 'total_' ~ metric, 'squares_' ~ metric
            ) }} as standard_error,
            count_{{ metric }} as count_customers
        from summed
        where count_{{ metric }} > 0
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

final as (

    select
        placement,
        segment_type,
        segment,
        cast(k as integer) as k,
        metric,
        cast(value as double) as value,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('value', 'standard_error') }},
        cast(count_customers as bigint) as count_customers
    from unpivoted

)

select * from final
