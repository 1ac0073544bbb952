{#- What each figure is, of which kind, and of how many independent events: chance alone
    gives a rate of n the variance p(1 - p)/n and a count its mean. A sum, of money or
    of what a visit is shown, moves with the number of its events, and is skewed. -#}
{%- set visits = 'case when count_visitors > 0 then count_visitors'
    ~ ' else count_impressions end' -%}
{%- set logged_kpis = {
    'click_through_rate':
        ['count_clicks', 'count_impressions', 'rate', 'count_impressions'],
    'conversion_rate': ['count_buyers', 'count_visitors', 'rate', 'count_visitors'],
    'revenue_per_impression':
        ['attributed_revenue', 'count_impressions', 'sum', 'count_attributed'],
    'attributed_revenue_share':
        ['attributed_revenue', 'revenue', 'sum', 'count_attributed'],
    'impressions': ['count_impressions', none, 'sum', visits],
} -%}
{%- set shop_kpis = {
    'orders': ['count_orders', none, 'count', 'count_orders'],
    'revenue': ['revenue', none, 'sum', 'count_orders'],
    'active_customers':
        ['count_active_customers', none, 'count', 'count_active_customers'],
} -%}

with

counts as (

    select * from {{ ref('int_monitoring__daily_counts') }}

),

unpivoted as (

    {% for kpis, filter in [
        (logged_kpis, 'is_logged'), (shop_kpis, "placement = 'all'"),
    ] -%}
        {%- set is_last_kind = loop.last -%}
        {%- for kpi, parts in kpis.items() %}
            select
                kpi_date,
                placement,
                '{{ kpi }}' as kpi,
                '{{ parts[2] }}' as kind,
                cast({{ parts[0] }} as double)
                {%- if parts[1] %} / nullif({{ parts[1] }}, 0){% endif %} as value,
                cast({{ parts[3] }} as double) as count_events
            from counts
            where {{ filter }}
            {% if not (is_last_kind and loop.last) -%}
                union all
            {%- endif -%}
        {% endfor -%}
    {% endfor %}

),

final as (

    select
        kpi_date,
        placement,
        kpi,
        kind,
        value,
        count_events,
        -- Sums of a few orders are skewed; their fourth root is not: Hawkins and
        -- Wixley, "A note on the transformation of chi-squared variables to
        -- normality", 1986.
        case
            when kind != 'sum' then value
            when value < 0 then 0
            else power(value, 0.25e0)
        end as charted_value
    from unpivoted

)

select * from final
