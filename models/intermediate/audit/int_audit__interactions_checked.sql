{%- set said = [
    'source_system', 'customer_id', 'session_id', 'variant_product_id',
    'interaction_type', 'occurred_at', 'order_id', 'quantity', 'unit_price', 'rating',
    'dwell_seconds', 'channel', 'returned_interaction_id',
] -%}
{%- set list_of_said = said | join(', ') -%}

with

interactions as (

    select * from {{ ref('input_interactions') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

horizon as (

    select
        as_of,
        {{ aisle.add_days(
            'greatest(as_of, coalesce(data_ends_at, as_of))',
            var('future_tolerance_days')
        ) }} as future_starts_at
    from as_of

),

-- Out of range is what no sum could hold exactly, NaN and infinity among it.
bounded as (

    select
        interactions.*,
        horizon.as_of,
        not coalesce(abs(interactions.quantity) < 1e8, true)
        or not coalesce(abs(interactions.unit_price) < 1e8, true)
        or not coalesce(
            abs(interactions.quantity * interactions.unit_price) < 1e10, true
        )
        or not coalesce(abs(interactions.rating) < 1e8, true)
        or not coalesce(abs(interactions.dwell_seconds) < 1e8, true)
        or not coalesce(
            interactions.occurred_at >= timestamp '1900-01-01'
            and interactions.occurred_at < timestamp '9999-01-01',
            true
        ) as is_out_of_range,
        coalesce(interactions.occurred_at >= horizon.future_starts_at, false)
            as is_future,
        coalesce(interactions.interaction_type in (
            {{ aisle.text_list(aisle.interaction_types()) }}
        ), false) as is_known_type
    from interactions
    cross join horizon

),

-- What the row itself tells, in the fixed order of reasons.
judged_alone as (

    select
        *,
        nullif(concat_ws(
            ',',
            case
                when invalid_columns is not null or is_out_of_range then 'bad_type'
            end,
            case
                when
                    occurred_at is null
                    and not coalesce(invalid_columns like '%occurred_at%', false)
                    then 'missing_time'
            end,
            case when product_id is null then 'missing_product' end,
            case when not is_known_type then 'unknown_interaction_type' end,
            case
                when customer_id is null and session_id is null
                    then 'missing_customer'
            end,
            case when is_future then 'future_date' end,
            case when is_test_account then 'test_account' end,
            case when is_non_product then 'non_product_code' end,
            case when is_stock_write_off then 'stock_write_off' end,
            case
                when
                    product_id is not null
                    and not is_known_product
                    and not coalesce(is_non_product, false)
                    then 'unknown_product'
            end,
            case
                when interaction_type = 'purchase' and unit_price <= 0
                    then 'non_positive_price'
                when unit_price < 0 then 'negative_price'
            end,
            case
                when interaction_type = 'return' and quantity = 0
                    then 'invalid_quantity'
                when interaction_type != 'return' and quantity <= 0
                    then 'invalid_quantity'
            end,
            case
                when
                    interaction_type in ('rating', 'review')
                    and rating
                    not between {{ var('rating_min') }} and {{ var('rating_max') }}
                    then 'invalid_rating'
                when rating < least(0, {{ var('rating_min') }}) then 'invalid_rating'
                when interaction_type = 'rating' and rating is null
                    then 'invalid_rating'
            end,
            case when dwell_seconds < 0 then 'invalid_dwell' end
        ), '') as own_reasons
    from bounded

),

repeated_ids as (

    select
        source_system,
        interaction_id
    from judged_alone
    where interaction_id is not null
    group by source_system, interaction_id
    having count(*) > 1

),

-- Without an id, rows that say the same in every word.
repeated_rows as (

    select {{ list_of_said }} from judged_alone
    where interaction_id is null
    group by {{ list_of_said }}
    having count(*) > 1

),

-- A row repeats an earlier one only where that was sound itself: an event that is sent
-- again because it was broken counts.
resent as (

    select
        judged_alone.interaction_row_id,
        count(case when judged_alone.own_reasons is null then 1 end) over (
            partition by judged_alone.source_system, judged_alone.interaction_id
            order by
                judged_alone.occurred_at asc nulls last,
                judged_alone.interaction_row_id asc
            rows between unbounded preceding and 1 preceding
        ) as count_earlier
    from judged_alone
    inner join repeated_ids
        on
            judged_alone.source_system = repeated_ids.source_system
            and judged_alone.interaction_id = repeated_ids.interaction_id

),

copied as (

    select
        judged_alone.interaction_row_id,
        count(case when judged_alone.own_reasons is null then 1 end) over (
            partition by
                {% for column in said -%}
                    judged_alone.{{ column }}
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
            order by judged_alone.interaction_row_id asc
            rows between unbounded preceding and 1 preceding
        ) as count_earlier
    from judged_alone
    inner join repeated_rows
        on
            {% for column in said -%}
                judged_alone.{{ column }}
                is not distinct from repeated_rows.{{ column }}
                {% if not loop.last -%}
                    and
                {% endif -%}
            {% endfor %}
    where judged_alone.interaction_id is null

),

duplicates as (

    select
        interaction_row_id,
        'duplicate' as duplicate_reason
    from resent
    where count_earlier > 0
    union all
    select
        interaction_row_id,
        'duplicate' as duplicate_reason
    from copied
    where count_earlier > 0

),

with_duplicates as (

    select
        judged_alone.*,
        duplicates.duplicate_reason
    from judged_alone
    left join duplicates
        on judged_alone.interaction_row_id = duplicates.interaction_row_id

),

-- Counted up through the day, so that a row's verdict does not wait for later ones; not
-- on days that have few.
browsing as (

    select
        interaction_row_id,
        case
            when customer_id is null then concat_ws('', 's', session_id)
            else concat_ws('', 'c', customer_id)
        end as visitor,
        {{ aisle.local_date('occurred_at') }} as browsed_on,
        occurred_at
    from with_duplicates
    where
        own_reasons is null
        and duplicate_reason is null
        and interaction_type not in ('purchase', 'return')

),

busy_days as (

    select
        visitor,
        browsed_on
    from browsing
    group by visitor, browsed_on
    having count(*) > {{ var('bot_events_per_day') }}

),

counted_up as (

    select
        browsing.interaction_row_id,
        row_number() over (
            partition by browsing.visitor, browsing.browsed_on
            order by
                browsing.occurred_at asc nulls last, browsing.interaction_row_id asc
        ) as event_number
    from browsing
    inner join busy_days
        on
            browsing.visitor = busy_days.visitor
            and browsing.browsed_on = busy_days.browsed_on

),

bot_like as (

    select
        interaction_row_id,
        'bot_like_volume' as bot_reason
    from counted_up
    where event_number > {{ var('bot_events_per_day') }}

),

judged as (

    select
        with_duplicates.*,
        nullif(concat_ws(
            ',',
            with_duplicates.own_reasons,
            with_duplicates.duplicate_reason,
            bot_like.bot_reason
        ), '') as reasons,
        coalesce(with_duplicates.occurred_at >= with_duplicates.as_of, false)
        and not with_duplicates.is_future as is_after_as_of
    from with_duplicates
    left join bot_like
        on with_duplicates.interaction_row_id = bot_like.interaction_row_id

),

final as (

    select
        interaction_row_id,
        case
            when is_after_as_of then 'after_as_of'
            when reasons is not null then 'rejected'
            else 'accepted'
        end as disposition,
        case when not is_after_as_of then split_part(reasons, ',', 1) end
            as rejection_reason,
        case when not is_after_as_of then reasons end as rejection_reasons,
        interaction_id,
        source_system,
        customer_id,
        source_customer_id,
        session_id,
        product_id,
        variant_product_id,
        order_id,
        returned_interaction_id,
        interaction_type,
        channel,
        invalid_columns,
        quantity,
        unit_price,
        rating,
        dwell_seconds,
        is_known_customer,
        occurred_at
    from judged

)

select * from final
