{#- `ago` is days before as-of: the spans are those of `int_experiments__outcomes`, as
    if everybody had entered so long ago that each is just over. -#}
{%- set window = aisle.checked_var('experiment_window_days') -%}
{%- set spans = {
    '': 'ago <= ' ~ window, '_60d': 'ago <= 60', '_90d': 'ago <= 90'
} -%}
{%- set longest = [window, 90] | max -%}

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
        {{ aisle.outcome_sums(spans, 'ago <= ' ~ window / 2) }}
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
                / nullif({{ aisle.exact_sum('acted.revenue' ~ suffix, 4) }}, 0)
                <= {{ aisle.uncosted_limit() }},
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
        {{ aisle.outcome_values(spans) }}
    from customers
    cross join costed
    left join acted
        on customers.customer_id = acted.customer_id
    left join shown
        on customers.customer_id = shown.customer_id

)

select * from final
