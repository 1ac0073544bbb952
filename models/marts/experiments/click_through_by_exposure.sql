{#- Buckets by their first number. -#}
{%- set days = [0, 1, 3, 7, 14, 28] -%}
{%- set breakdowns = {
    'pair_age_days': days,
    'release_age_days': days,
    'impressions_per_week': [1, 11, 21, 51, 101],
} -%}

with

exposures as (

    select * from {{ ref('int_fatigue__exposures') }}
    where fold_id = 'serving'

),

-- Weeks begin on Monday, in the shop's time zone.
dated as (

    select
        *,
        case when is_clicked then 1 else 0 end as click,
        case
            when release_id is not null
                then min(served_at) over (partition by release_id)
        end as release_starts_at,
        floor(
            {{ aisle.days_since_monday(
                'cast(' ~ aisle.local_date('served_at') ~ ' as timestamp)'
            ) }} / 7
        ) as week
    from exposures

),

valued as (

    select
        customer_id,
        click,
        sum(click) over (partition by position)
        / cast(count(*) over (partition by position) as double) as expected_clicks,
        pair_age_days,
        {{ aisle.elapsed_days('release_starts_at', 'served_at') }} as release_age_days,
        count(*) over (partition by customer_id, week) as impressions_per_week
    from dated

),

bucketed as (

    {% for breakdown, starts in breakdowns.items() -%}
        select
            '{{ breakdown }}' as breakdown,
            case
                {% for start in starts | reverse -%}
                    when {{ breakdown }} >= {{ start }} then {{ start }}
                {% endfor -%}
            end as bucket_starts,
            case
                {% for start in starts[:0:-1] -%}
                    when {{ breakdown }} >= {{ start }}
                        then {{ starts[starts.index(start) + 1] - 1
                            if not loop.first else 'null' }}
                {% endfor -%}
                else {{ starts[1] - 1 }}
            end as bucket_ends,
            customer_id,
            click,
            expected_clicks
        from valued
        where {{ breakdown }} is not null
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

by_customer as (

    select
        breakdown,
        bucket_starts,
        bucket_ends,
        customer_id,
        cast(count(*) as double) as impressions,
        cast(sum(click) as double) as clicks,
        {{ aisle.exact_sum('expected_clicks', 9) }} as expected_clicks
    from bucketed
    group by breakdown, bucket_starts, bucket_ends, customer_id

),

summed as (

    select
        breakdown,
        bucket_starts,
        bucket_ends,
        cast(count(*) as double) as customers,
        {{ aisle.exact_sum('impressions', 0) }} as impressions,
        {{ aisle.exact_sum('clicks', 0) }} as clicks,
        {{ aisle.exact_sum('expected_clicks', 9) }} as expected_clicks,
        {{ aisle.exact_sum('impressions * impressions', 0) }} as squares_impressions,
        {{ aisle.exact_sum('expected_clicks * expected_clicks', 9) }}
            as squares_expected,
        {{ aisle.exact_sum('clicks * clicks', 0) }} as squares_clicks,
        {{ aisle.exact_sum('impressions * clicks', 0) }} as products,
        {{ aisle.exact_sum('expected_clicks * clicks', 9) }} as products_expected
    from by_customer
    group by breakdown, bucket_starts, bucket_ends

),

measured as (

    select
        *,
        clicks / impressions as click_rate,
        {{ aisle.ratio_standard_error(
            'customers', 'clicks', 'impressions', 'squares_clicks',
            'squares_impressions', 'products'
        ) }} as click_rate_error,
        clicks / nullif(expected_clicks, 0) as click_index,
        {{ aisle.ratio_standard_error(
            'customers', 'clicks', 'expected_clicks', 'squares_clicks',
            'squares_expected', 'products_expected'
        ) }} as click_index_error
    from summed

),

final as (

    select
        breakdown,
        cast(bucket_starts as integer) as bucket_starts,
        cast(bucket_ends as integer) as bucket_ends,
        cast(customers as bigint) as count_customers,
        cast(impressions as bigint) as count_impressions,
        cast(clicks as bigint) as count_clicks,
        {% for name in ['click_rate', 'click_index'] -%}
            cast({{ name }} as double) as {{ name }},
            cast({{ name }}_error as double) as {{ name }}_standard_error,
            {{ aisle.interval(name, name ~ '_error', name ~ '_ci') }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from measured

)

select * from final
