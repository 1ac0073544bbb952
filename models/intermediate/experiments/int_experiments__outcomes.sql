{#- One row per unit and basis, with all that any metric counts. `since` is days since
    the unit's start: below zero is before it. -#}
{%- set window = aisle.checked_var('experiment_window_days') -%}
{%- set before = aisle.checked_var('experiment_covariate_days') -%}
{%- set in_window = 'since >= 0 and since < ' ~ window -%}
{%- set in_past = 'since < 0 and since >= -' ~ before -%}
{%- set spans = {
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
        {{ aisle.outcome_sums(spans, has_late_visit) }},
        count(distinct case when {{ in_past }} then order_id end) as pre_orders,
        {{ aisle.exact_sum('case when ' ~ in_past ~ ' then revenue end', 4) }}
            as pre_revenue,
        {{ aisle.exact_sum('case when ' ~ in_past ~ ' then margin end', 4) }}
            as pre_margin,
        count(case when {{ in_past }} then 1 end) as pre_visits,
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
        {%- for suffix in spans -%}
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
        {%- for suffix in spans -%}
            ,
            coalesce(
                max(uncosted_rate{{ suffix }}) <= {{ aisle.uncosted_limit() }}, true
            ) as has_margin{{ suffix }}
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
        {{ aisle.outcome_values(spans) }},
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
