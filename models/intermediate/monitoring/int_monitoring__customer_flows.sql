{#- The same figures a fold earlier stand beside those judged by their change. -#}
{%- set moments = {'now': 0, 'earlier': aisle.checked_var('fold_days')} -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

events as (

    select * from {{ ref('int_folds__event_log') }}

),

customers as (

    select * from {{ ref('int_folds__customers') }}
    where fold_id = 'serving'

),

moments as (

    {% for moment, days in moments.items() -%}
        select
            '{{ moment }}' as moment,
            {{ aisle.add_days('folds.cutoff_at', -days) }} as ends_at,
            as_of.first_event_at
        from folds
        cross join as_of
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- Who, or what, was seen in one window and again in the next of the same length; both
-- must lie behind the first event, or everybody would be new.
seen as (

    {% for measure, key, days, filter in [
        ('customer_churn_30d', 'customer_id', 30, 'customer_id is not null'),
        ('customer_churn_90d', 'customer_id', 90, 'customer_id is not null'),
        ('stopped_product_rate', 'product_id', 30, "interaction_type = 'purchase'"),
    ] -%}
        select
            '{{ measure }}' as measure,
            moments.moment,
            events.{{ key }} as subject_id,
            count(
                case
                    when
                        events.occurred_at
                        < {{ aisle.add_days('moments.ends_at', -days) }}
                        then 1
                end
            ) > 0 as is_before,
            count(
                case
                    when
                        events.occurred_at
                        >= {{ aisle.add_days('moments.ends_at', -days) }}
                        then 1
                end
            ) > 0 as is_after
        from moments
        inner join events
            on
                moments.ends_at > events.occurred_at
                and events.occurred_at
                >= {{ aisle.add_days('moments.ends_at', -2 * days) }}
        where
            events.{{ filter }}
            and moments.first_event_at
            <= {{ aisle.add_days('moments.ends_at', -2 * days) }}
        group by moments.moment, events.{{ key }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

lost as (

    select
        measure,
        moment,
        count(case when is_before and not is_after then 1 end) as count_part,
        count(case when is_before then 1 end) as count_whole
    from seen
    group by measure, moment

),

active as (

    select distinct
        moments.moment,
        moments.ends_at,
        events.customer_id
    from moments
    inner join events
        on
            moments.ends_at > events.occurred_at
            and events.occurred_at >= {{ aisle.add_days('moments.ends_at', -30) }}
    where
        events.customer_id is not null
        and moments.first_event_at <= {{ aisle.add_days('moments.ends_at', -60) }}

),

newcomers as (

    select
        'new_customer_rate' as measure,
        active.moment,
        count(
            case
                when
                    customers.first_event_at
                    >= {{ aisle.add_days('active.ends_at', -30) }}
                    then 1
            end
        ) as count_part,
        count(*) as count_whole
    from active
    inner join customers
        on active.customer_id = customers.customer_id
    group by active.moment

),

counted as (

    select
        measure,
        moment,
        'all' as segment_type,
        'all' as segment,
        count_part,
        count_whole
    from lost
    union all
    select
        measure,
        moment,
        'all' as segment_type,
        'all' as segment,
        count_part,
        count_whole
    from newcomers

),

final as (

    select
        measure,
        moment,
        segment_type,
        segment,
        cast(count_part as bigint) as count_part,
        cast(count_whole as bigint) as count_whole,
        cast(count_part as double) / count_whole as value
    from counted
    where count_whole > 0

)

select * from final
