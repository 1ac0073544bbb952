{{ config(schema='evaluation') }}

{#- Fold n counts back from as-of: test, validation, train_1, ... Each holdout ends
    where the next fold's training data ends, so that no label reaches past a later
    cutoff. The folds of studies stand where test does and know less: their customers
    have their latest orders only, or everybody their latest days. A daily build has the
    serving fold alone. -#}
{%- set step = aisle.checked_var('fold_days') + aisle.checked_var('gap_days') -%}
{%- set count_evaluated = 2 + aisle.checked_var('backtest_folds') -%}
{%- set folds = [
    {'id': 'serving', 'role': 'serving', 'position': 0},
    {'id': 'test', 'role': 'test', 'position': 1},
    {'id': 'validation', 'role': 'validation', 'position': 2},
] -%}
{%- for number in range(1, aisle.checked_var('train_folds') + 1) -%}
    {%- do folds.append({
        'id': 'train_' ~ number, 'role': 'train', 'position': 2 + number,
    }) -%}
{%- endfor -%}
{%- for days in aisle.checked_var('history_days') -%}
    {%- do folds.append({
        'id': 'days_' ~ days, 'role': 'history_length', 'position': 1, 'days': days,
    }) -%}
{%- endfor -%}
{%- if aisle.checked_var('unseen_customer_rate') > 0 -%}
    {%- for orders in aisle.checked_var('cold_start_orders') -%}
        {%- do folds.append({
            'id': 'orders_' ~ orders, 'role': 'cold_start', 'position': 1,
            'orders': orders,
        }) -%}
    {%- endfor -%}
    {%- do folds.append({
        'id': 'orders_0_unasked', 'role': 'cold_start', 'position': 1, 'orders': 0,
        'is_unasked': true,
    }) -%}
{%- endif -%}
{%- if execute and aisle.is_daily() -%}
    {%- set folds = folds[:1] -%}
{%- endif -%}

with

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

windows as (

    {% for fold in folds -%}
        {%- set position = fold.position -%}
        select
            '{{ fold.id }}' as fold_id,
            '{{ fold.role }}' as fold_role,
            {{ loop.index0 }} as fold_key,
            {{ fold.role != 'serving' and position <= count_evaluated }}
                as is_evaluated,
            {{ fold.orders if 'orders' in fold else 'null' }} as history_orders,
            {{ 'is_unasked' not in fold }} as has_answers,
            {{ aisle.add_days('as_of', -(position * step)) }} as cutoff_at,
            {% if 'days' in fold -%}
                {{ aisle.add_days('as_of', -(position * step + fold.days)) }}
            {%- else -%}
                null
            {%- endif %} as history_starts_at,
            {% if fold.role == 'serving' -%}
                null as holdout_starts_at,
                null as holdout_ends_at,
            {% else -%}
                {{ aisle.add_days(
                    'as_of', -((position - 1) * step + var('fold_days'))
                ) }} as holdout_starts_at,
                {{ aisle.add_days('as_of', -((position - 1) * step)) }}
                    as holdout_ends_at,
            {% endif -%}
            first_event_at
        from as_of
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- A label fold without a month of history teaches nothing; the first one stays, so that
-- every role has a fold whatever the data.
with_history as (

    select *
    from windows
    where
        fold_role != 'train'
        or fold_id = 'train_1'
        or first_event_at <= {{ aisle.add_days('cutoff_at', -var('fold_days')) }}

),

final as (

    select
        fold_id,
        fold_role,
        cast(fold_key as integer) as fold_key,
        cast(history_orders as integer) as history_orders,
        is_evaluated,
        has_answers,
        cutoff_at,
        cast(history_starts_at as timestamp) as history_starts_at,
        cast(holdout_starts_at as timestamp) as holdout_starts_at,
        cast(holdout_ends_at as timestamp) as holdout_ends_at
    from with_history

)

select * from final
