{#- One row per unit and basis, with all that any metric counts. `since` is days since
    the unit's start: below zero is before it. -#}
{%- set window = aisle.checked_var('experiment_window_days') -%}
{%- set before = aisle.checked_var('experiment_covariate_days') -%}
{%- set in_window = 'since >= 0 and since < ' ~ window -%}
{%- set in_past = 'since < 0 and since >= -' ~ before -%}
{%- set margin_spans = {
    '': in_window,
    '_60d': 'since >= 0 and since < 60',
    '_90d': 'since >= 0 and since < 90',
} -%}
{%- set has_late_visit = 'since >= ' ~ window / 2 ~ ' and since < ' ~ window -%}

with

units as (

    select * from {{ ref('int_experiments__units') }}
    where count_variants = 1

),

runs as (

    select * from {{ ref('int_experiments__runs') }}

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

    select * from {{ ref('int_experiments__impressions') }}

),

-- All who were assigned, from then on; and those who were shown something, from there.
based as (

    select
        units.experiment_id,
        'assigned' as basis,
        units.customer_id,
        units.variant,
        units.assigned_at as starts_at
    from units
    union all
    select
        experiment_id,
        'exposed' as basis,
        customer_id,
        variant,
        exposed_at as starts_at
    from units
    where exposed_at is not null

),

-- What was assigned long before an experiment began counts from its beginning.
started as (

    select
        based.experiment_id,
        based.basis,
        based.customer_id,
        based.variant,
        greatest(based.starts_at, runs.starts_at) as starts_at
    from based
    inner join runs
        on based.experiment_id = runs.experiment_id

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
        started.experiment_id,
        started.basis,
        started.customer_id,
        events.interaction_type,
        events.rating,
        bought.order_id,
        bought.ordered_quantity,
        bought.quantity,
        bought.revenue,
        bought.margin,
        bought.is_attributed,
        {{ aisle.elapsed_days('started.starts_at', 'events.occurred_at') }} as since
    from started
    inner join events
        on started.customer_id = events.customer_id
    left join bought
        on events.interaction_id = bought.interaction_id

),

acted as (

    select
        experiment_id,
        basis,
        customer_id,
        count(distinct case when {{ in_window }} then order_id end) as count_orders,
        count(distinct case when since >= 0 and since < 60 then order_id end)
            as count_orders_60d,
        count(distinct case when {{ in_past }} then order_id end) as pre_orders,
        {% for suffix, span in margin_spans.items() -%}
            {{ aisle.exact_sum('case when ' ~ span ~ ' then revenue end', 4) }}
                as revenue{{ suffix }},
            {{ aisle.exact_sum('case when ' ~ span ~ ' then margin end', 4) }}
                as margin{{ suffix }},
            {{ aisle.exact_sum(
                'case when ' ~ span ~ ' and margin is null then revenue end', 4
            ) }} as uncosted{{ suffix }},
        {% endfor -%}
        {{ aisle.exact_sum(
            'case when ' ~ in_window ~ ' and is_attributed then revenue end', 4
        ) }} as attributed_revenue,
        {{ aisle.exact_sum('case when ' ~ in_past ~ ' then revenue end', 4) }}
            as pre_revenue,
        {{ aisle.exact_sum('case when ' ~ in_past ~ ' then margin end', 4) }}
            as pre_margin,
        {{ aisle.exact_sum('case when ' ~ in_window ~ ' then ordered_quantity end') }}
            as count_units,
        {{ aisle.exact_sum(
            'case when ' ~ in_window ~ ' then ordered_quantity - quantity end'
        ) }} as returned_units,
        {{ aisle.exact_sum('case when ' ~ in_window ~ ' then rating end') }}
            as rating_total,
        count(case when {{ in_window }} then rating end) as count_ratings,
        count(case when {{ in_window }} then 1 end) as count_events,
        count(case when {{ in_past }} then 1 end) as pre_visits,
        count(case when {{ has_late_visit }} then 1 end) as count_late_events,
        count(case when {{ in_window }} and interaction_type = 'complaint' then 1 end)
            as count_complaints,
        count(case when since < 0 then 1 end) as count_earlier_events,
        count(distinct case when since < 0 then order_id end) as count_earlier_orders
    from timed
    group by experiment_id, basis, customer_id

),

uncosted as (

    select
        started.experiment_id,
        started.basis,
        started.variant
        {%- for suffix in margin_spans -%}
            ,
            {{ aisle.exact_sum('acted.uncosted' ~ suffix, 4) }}
            / nullif({{ aisle.exact_sum('acted.revenue' ~ suffix, 4) }}, 0)
                as uncosted_rate{{ suffix }}
        {%- endfor %}
    from started
    inner join acted
        on
            started.experiment_id = acted.experiment_id
            and started.basis = acted.basis
            and started.customer_id = acted.customer_id
    group by started.experiment_id, started.basis, started.variant

),

-- Where over a tenth of a variant's revenue has no known cost, nobody knows what it
-- earns more than another, as for the return on investment.
costed as (

    select
        experiment_id,
        basis
        {%- for suffix in margin_spans -%}
            ,
            coalesce(max(uncosted_rate{{ suffix }}) <= 0.1, true)
                as has_margin{{ suffix }}
        {%- endfor %}
    from uncosted
    group by experiment_id, basis

),

-- Only what was shown as part of the experiment: other placements go on beside it.
shown as (

    select
        started.experiment_id,
        started.basis,
        started.customer_id,
        count(*) as count_impressions,
        count(impressions.clicked_at) as count_clicks
    from started
    inner join impressions
        on
            started.experiment_id = impressions.experiment_id
            and started.customer_id = impressions.customer_id
            and started.starts_at <= impressions.served_at
            and impressions.served_at
            < {{ aisle.add_days('started.starts_at', window) }}
    group by started.experiment_id, started.basis, started.customer_id

),

final as (

    select
        started.experiment_id,
        started.basis,
        started.customer_id,
        started.variant,
        {{ aisle.order_history_band('coalesce(acted.count_earlier_orders, 0)') }}
            as history,
        case when acted.count_events > 0 then 1 else 0 end as is_visiting,
        case when acted.count_orders > 0 then 1 else 0 end as is_converted,
        case when acted.count_late_events > 0 then 1 else 0 end as is_retained,
        case when acted.count_complaints > 0 then 1 else 0 end as has_complained,
        case when acted.count_orders_60d > 1 then 1 else 0 end as is_repeating_60d,
        coalesce(acted.count_orders, 0) as count_orders,
        coalesce(acted.revenue, 0) as revenue,
        case
            when coalesce(costed.has_margin, true)
                then coalesce(acted.margin, 0)
        end as margin,
        coalesce(acted.attributed_revenue, 0) as attributed_revenue,
        coalesce(acted.revenue, 0) - coalesce(acted.attributed_revenue, 0)
            as organic_revenue,
        coalesce(acted.revenue_60d, 0) as revenue_60d,
        case
            when coalesce(costed.has_margin_60d, true)
                then coalesce(acted.margin_60d, 0)
        end as margin_60d,
        coalesce(acted.revenue_90d, 0) as revenue_90d,
        case
            when coalesce(costed.has_margin_90d, true)
                then coalesce(acted.margin_90d, 0)
        end as margin_90d,
        coalesce(shown.count_impressions, 0) as count_impressions,
        coalesce(shown.count_clicks, 0) as count_clicks,
        coalesce(acted.count_units, 0) as count_units,
        coalesce(acted.returned_units, 0) as returned_units,
        coalesce(acted.rating_total, 0) as rating_total,
        coalesce(acted.count_ratings, 0) as count_ratings,
        coalesce(acted.pre_visits, 0) as pre_visits,
        coalesce(acted.pre_orders, 0) as pre_orders,
        coalesce(acted.pre_revenue, 0) as pre_revenue,
        coalesce(acted.pre_margin, 0) as pre_margin,
        coalesce(acted.count_earlier_events, 0) = 0 as is_new,
        started.starts_at,
        {{ aisle.local_date('started.starts_at') }} as entered_on
    from started
    left join costed
        on
            started.experiment_id = costed.experiment_id
            and started.basis = costed.basis
    left join acted
        on
            started.experiment_id = acted.experiment_id
            and started.basis = acted.basis
            and started.customer_id = acted.customer_id
    left join shown
        on
            started.experiment_id = shown.experiment_id
            and started.basis = shown.basis
            and started.customer_id = shown.customer_id

)

select * from final
