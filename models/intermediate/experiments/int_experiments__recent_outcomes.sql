{#- `ago` is days before as-of: the spans are those of `int_experiments__outcomes`, as
    if everybody had entered so long ago that each is just over. -#}
{%- set window = aisle.checked_var('experiment_window_days') -%}
{%- set spans = {'': window, '_60d': 60, '_90d': 90} -%}
{%- set longest = [window, 90] | max -%}
{%- set in_window = 'ago <= ' ~ window -%}

with

customers as (

    select * from {{ ref('int_folds__listed_customers') }}
    where fold_id = 'serving'

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

events as (

    select * from {{ ref('int_folds__event_log') }}
    where customer_id is not null

),

purchases as (

    select * from {{ ref('int_folds__purchase_log') }}

),

attributed as (

    select * from {{ ref('int_attribution__purchases') }}

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where customer_id is not null

),

bought as (

    select
        purchases.*,
        attributed.interaction_id is not null as is_attributed
    from purchases
    left join attributed
        on purchases.interaction_id = attributed.interaction_id

),

timed as (

    select
        events.customer_id,
        events.interaction_type,
        events.rating,
        bought.order_id,
        bought.ordered_quantity,
        bought.quantity,
        bought.revenue,
        bought.margin,
        bought.is_attributed,
        {{ aisle.elapsed_days('events.occurred_at', 'folds.cutoff_at') }} as ago
    from events
    inner join folds
        on events.occurred_at >= {{ aisle.add_days('folds.cutoff_at', -longest) }}
    left join bought
        on events.interaction_id = bought.interaction_id

),

acted as (

    select
        customer_id,
        count(distinct case when {{ in_window }} then order_id end) as count_orders,
        count(distinct case when ago <= 60 then order_id end) as count_orders_60d,
        {% for suffix, days in spans.items() -%}
            {{ aisle.exact_sum('case when ago <= ' ~ days ~ ' then revenue end', 4) }}
                as revenue{{ suffix }},
            {{ aisle.exact_sum('case when ago <= ' ~ days ~ ' then margin end', 4) }}
                as margin{{ suffix }},
            {{ aisle.exact_sum(
                'case when ago <= ' ~ days ~ ' and margin is null then revenue end', 4
            ) }} as uncosted{{ suffix }},
        {% endfor -%}
        {{ aisle.exact_sum(
            'case when ' ~ in_window ~ ' and is_attributed then revenue end', 4
        ) }} as attributed_revenue,
        {{ aisle.exact_sum('case when ' ~ in_window ~ ' then ordered_quantity end') }}
            as count_units,
        {{ aisle.exact_sum(
            'case when ' ~ in_window ~ ' then ordered_quantity - quantity end'
        ) }} as returned_units,
        {{ aisle.exact_sum('case when ' ~ in_window ~ ' then rating end') }}
            as rating_total,
        count(case when {{ in_window }} then rating end) as count_ratings,
        count(case when {{ in_window }} then 1 end) as count_events,
        count(case when ago <= {{ window / 2 }} then 1 end) as count_late_events,
        count(case when {{ in_window }} and interaction_type = 'complaint' then 1 end)
            as count_complaints
    from timed
    group by customer_id

),

-- Of any placement: what an experiment will show is not known before it.
shown as (

    select
        impressions.customer_id,
        count(*) as count_impressions,
        count(impressions.clicked_at) as count_clicks
    from impressions
    inner join folds
        on impressions.served_at >= {{ aisle.add_days('folds.cutoff_at', -window) }}
    group by impressions.customer_id

),

costed as (

    select
        {% for suffix in spans -%}
            coalesce(
                {{ aisle.exact_sum('acted.uncosted' ~ suffix, 4) }}
                / nullif({{ aisle.exact_sum('acted.revenue' ~ suffix, 4) }}, 0) <= 0.1,
                true
            ) as has_margin{{ suffix }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from customers
    inner join acted
        on customers.customer_id = acted.customer_id

),

final as (

    select
        customers.customer_id,
        case when acted.count_events > 0 then 1 else 0 end as is_visiting,
        case when acted.count_orders > 0 then 1 else 0 end as is_converted,
        case when acted.count_late_events > 0 then 1 else 0 end as is_retained,
        case when acted.count_complaints > 0 then 1 else 0 end as has_complained,
        case when acted.count_orders_60d > 1 then 1 else 0 end as is_repeating_60d,
        coalesce(acted.count_orders, 0) as count_orders,
        {% for suffix in spans -%}
            coalesce(acted.revenue{{ suffix }}, 0) as revenue{{ suffix }},
            case
                when costed.has_margin{{ suffix }}
                    then coalesce(acted.margin{{ suffix }}, 0)
            end as margin{{ suffix }},
        {% endfor -%}
        coalesce(acted.attributed_revenue, 0) as attributed_revenue,
        coalesce(acted.revenue, 0) - coalesce(acted.attributed_revenue, 0)
            as organic_revenue,
        coalesce(shown.count_impressions, 0) as count_impressions,
        coalesce(shown.count_clicks, 0) as count_clicks,
        coalesce(acted.count_units, 0) as count_units,
        coalesce(acted.returned_units, 0) as returned_units,
        coalesce(acted.rating_total, 0) as rating_total,
        coalesce(acted.count_ratings, 0) as count_ratings
    from customers
    cross join costed
    left join acted
        on customers.customer_id = acted.customer_id
    left join shown
        on customers.customer_id = shown.customer_id

)

select * from final
