{%- set fold_days = aisle.checked_var('fold_days') -%}
{%- set keys = ['source', 'release_id', 'customer_id'] -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

lists as (

    select * from {{ ref('int_monitoring__past_lists') }}

),

purchases as (

    select * from {{ ref('int_folds__event_log') }}
    where
        interaction_type = 'purchase'
        and customer_id is not null

),

returns as (

    select * from {{ ref('int_folds__event_log') }}
    where
        interaction_type = 'return'
        and purchase_interaction_id is not null

),

-- The promise is of the month after the gap, and so is what is held against it.
listed_customers as (

    select distinct
        source,
        release_id,
        customer_id,
        {{ aisle.add_days('listed_at', aisle.checked_var('gap_days')) }} as counted_from
    from lists

),

bought as (

    select
        listed_customers.*,
        purchases.interaction_id,
        purchases.product_id,
        purchases.quantity,
        purchases.occurred_at
    from listed_customers
    inner join purchases
        on
            listed_customers.customer_id = purchases.customer_id
            and listed_customers.counted_from <= purchases.occurred_at
            and purchases.occurred_at
            < {{ aisle.add_days('listed_customers.counted_from', fold_days) }}

),

returned as (

    select
        bought.source,
        bought.release_id,
        bought.interaction_id,
        {{ aisle.exact_sum('returns.quantity') }} as quantity
    from bought
    inner join returns
        on bought.interaction_id = returns.purchase_interaction_id
    where returns.occurred_at < {{ aisle.add_days('bought.counted_from', fold_days) }}
    group by bought.source, bought.release_id, bought.interaction_id

),

-- As in the evaluation: net of what was returned in time, in the week of the first
-- purchase.
relevant as (

    select
        bought.source,
        bought.release_id,
        bought.customer_id,
        bought.product_id,
        bought.counted_from,
        cast(
            floor({{ aisle.elapsed_days(
                'bought.counted_from', 'min(bought.occurred_at)'
            ) }} / 7) as integer
        ) + 1 as week
    from bought
    left join returned
        on
            bought.source = returned.source
            and bought.release_id = returned.release_id
            and bought.interaction_id = returned.interaction_id
    where bought.quantity > coalesce(returned.quantity, 0)
    group by
        bought.source,
        bought.release_id,
        bought.customer_id,
        bought.product_id,
        bought.counted_from

),

horizons as (

    select
        'holdout' as horizon,
        cast(null as integer) as week,
        {{ fold_days }} as ends_after_days
    {% for week in range(1, 5) if 7 * week <= fold_days -%}
        union all
        select
            'week_{{ week }}' as horizon,
            {{ week }} as week,
            {{ 7 * week }} as ends_after_days
    {% endfor %}
),

-- Only what has had its whole time.
matured as (

    select
        relevant.source,
        relevant.release_id,
        relevant.customer_id,
        relevant.product_id,
        horizons.horizon
    from relevant
    inner join horizons
        on coalesce(relevant.week = horizons.week, true)
    inner join folds
        on
            folds.cutoff_at
            >= {{ aisle.shift_days(
                'relevant.counted_from', 'horizons.ends_after_days'
            ) }}

),

counted as (

    select
        matured.source,
        matured.release_id,
        matured.customer_id,
        matured.horizon,
        count(*) as count_relevant,
        count(lists.rank) as count_hits,
        coalesce({{ aisle.exact_sum(aisle.discounted_gain('lists.rank'), 9) }}, 0)
            as sum_gain
    from matured
    left join lists
        on
            {% for key in keys -%}
                matured.{{ key }} = lists.{{ key }}
                and {% endfor -%}
            matured.product_id = lists.product_id
    group by
        matured.source,
        matured.release_id,
        matured.customer_id,
        matured.horizon

),

final as (

    select
        source,
        release_id,
        customer_id,
        horizon,
        count_relevant,
        count_hits,
        {{ aisle.precision_at_k('count_hits', 10) }} as precision,
        {{ aisle.hit_rate('count_hits') }} as hit_rate,
        {{ aisle.ndcg_at_k('sum_gain', 'count_relevant', 10) }} as ndcg
    from counted

)

select * from final
