{#- What the rows of a breakdown are told apart by. -#}
{%- set unknown = "'unknown'" -%}
{%- set breakdowns = {
    'all': "'all'",
    'strategy': 'coalesce(strategy, ' ~ unknown ~ ')',
    'source': "case when strategy in ("
        ~ aisle.text_list(aisle.candidate_sources(false) | map(attribute='name') | list)
        ~ ") then strategy end",
    'placement': 'coalesce(placement, ' ~ unknown ~ ')',
    'slot': 'coalesce(cast(slot as ' ~ dbt.type_string() ~ '), ' ~ unknown ~ ')',
    'discovery': "case when is_discovery then 'discovery' else 'other' end",
    'release': 'coalesce(release_id, ' ~ unknown ~ ')',
} -%}
{%- set ratios = {
    'click_rate': {'of': 'clicks', 'per': 'impressions'},
    'useful_click_rate': {'of': 'useful_clicks', 'per': 'clicks'},
    'revenue_per_impression': {'of': 'revenue', 'per': 'impressions'},
} -%}
{%- set kinds = {'direct': "'direct'", 'view_through': "'view_through'"} -%}

with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where customer_id is not null

),

useful_clicks as (

    select * from {{ ref('int_attribution__useful_clicks') }}

),

purchases as (

    select * from {{ ref('int_attribution__purchases') }}

),

-- What was shown, and below it what was bought of it.
outcomes as (

    select
        impressions.customer_id,
        impressions.placement,
        impressions.release_id,
        impressions.strategy,
        impressions.slot,
        impressions.is_discovery,
        1 as is_impression,
        case when impressions.clicked_at is not null then 1 else 0 end as is_click,
        case when useful_clicks.impression_id is not null then 1 else 0 end
            as is_useful_click,
        cast(null as {{ dbt.type_string() }}) as order_id,
        cast(null as {{ dbt.type_string() }}) as attribution,
        cast(null as double) as revenue,
        cast(null as double) as margin
    from impressions
    left join useful_clicks
        on
            impressions.impression_id = useful_clicks.impression_id
            and impressions.customer_id = useful_clicks.customer_id
            and impressions.product_id = useful_clicks.product_id
    union all
    select
        customer_id,
        placement,
        release_id,
        strategy,
        slot,
        is_discovery,
        0 as is_impression,
        0 as is_click,
        0 as is_useful_click,
        order_id,
        attribution,
        revenue,
        margin
    from purchases
    where quantity > 0

),

by_customer as (

    {% for breakdown, value in breakdowns.items() -%}
        select
            '{{ breakdown }}' as breakdown,
            {{ value }} as breakdown_value,
            customer_id,
            cast(sum(is_impression) as double) as impressions,
            cast(sum(is_click) as double) as clicks,
            cast(sum(is_useful_click) as double) as useful_clicks,
            count(distinct order_id) as orders,
            {% for kind, literal in kinds.items() -%}
                count(distinct case when attribution = {{ literal }} then order_id end)
                    as {{ kind }}_orders,
                {% for measure in ['revenue', 'margin'] -%}
                    coalesce({{ aisle.exact_sum('case when attribution = '
                        ~ literal ~ ' then ' ~ measure ~ ' end') }}, 0)
                        as {{ kind }}_{{ measure }},
                {% endfor -%}
            {% endfor -%}
            coalesce({{ aisle.exact_sum('revenue') }}, 0) as revenue,
            coalesce({{ aisle.exact_sum('margin') }}, 0) as margin,
            count(revenue) as purchases,
            count(margin) as purchases_with_margin
        from outcomes
        group by {{ value }}, customer_id
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

summed as (

    select
        breakdown,
        breakdown_value,
        cast(count(*) as double) as customers,
        {% for column in ['impressions', 'clicks', 'useful_clicks', 'orders',
            'direct_orders', 'view_through_orders', 'purchases',
            'purchases_with_margin'] -%}
            cast(sum({{ column }}) as double) as {{ column }},
        {% endfor -%}
        {% for kind in ['', 'direct_', 'view_through_'] -%}
            {{ aisle.exact_sum(kind ~ 'revenue') }} as {{ kind }}revenue,
            {{ aisle.exact_sum(kind ~ 'margin') }} as {{ kind }}margin,
        {% endfor -%}
        {% for ratio, parts in ratios.items() -%}
            {{ aisle.exact_wide_sum(parts.of ~ ' * ' ~ parts.of) }}
                as {{ ratio }}_squares_of,
            {{ aisle.exact_wide_sum(parts.per ~ ' * ' ~ parts.per) }}
                as {{ ratio }}_squares_per,
            {{ aisle.exact_wide_sum(parts.of ~ ' * ' ~ parts.per) }}
                as {{ ratio }}_products
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from by_customer
    where breakdown_value is not null
    group by breakdown, breakdown_value

),

measured as (

    select
        *,
        {% for ratio, parts in ratios.items() -%}
            {{ parts.of }} / nullif({{ parts.per }}, 0) as {{ ratio }},
            {{ aisle.ratio_standard_error(
                'customers',
                parts.of,
                parts.per,
                ratio ~ '_squares_of',
                ratio ~ '_squares_per',
                ratio ~ '_products'
            ) }} as {{ ratio }}_standard_error
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from summed

),

final as (

    select
        breakdown,
        breakdown_value,
        cast(customers as bigint) as count_customers,
        cast(impressions as bigint) as count_impressions,
        cast(clicks as bigint) as count_clicks,
        cast(useful_clicks as bigint) as count_useful_clicks,
        cast(orders as bigint) as count_orders,
        cast(direct_orders as bigint) as count_direct_orders,
        cast(view_through_orders as bigint) as count_view_through_orders,
        {% for ratio in ratios -%}
            cast({{ ratio }} as double) as {{ ratio }},
            cast({{ ratio }}_standard_error as double) as {{ ratio }}_standard_error,
            {{ aisle.interval(ratio, ratio ~ '_standard_error', ratio ~ '_ci') }},
        {% endfor -%}
        cast(1000 * revenue_per_impression as double) as revenue_per_1000_impressions,
        {% for kind in ['', 'direct_', 'view_through_'] -%}
            cast({{ kind }}revenue as double) as {{ kind }}revenue,
            case when purchases_with_margin > 0 then {{ kind }}margin end
                as {{ kind }}margin,
        {% endfor -%}
        cast(purchases_with_margin / nullif(purchases, 0) as double)
            as margin_known_rate
    from measured
    where impressions > 0

)

select * from final
