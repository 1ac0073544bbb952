{{ config(schema='evaluation') }}

{#- Fold n counts back from as-of: test, validation, train_1, ... Each holdout ends
    where the next fold's training data ends, so that no label reaches past a later
    cutoff. -#}
{%- set names = ['test', 'validation'] -%}
{%- for number in range(1, aisle.checked_var('train_folds') + 1) -%}
    {%- do names.append('train_' ~ number) -%}
{%- endfor -%}
{%- set backtests = aisle.checked_var('backtest_folds') -%}
{%- set step = aisle.checked_var('fold_days') + aisle.checked_var('gap_days') -%}

with

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

windows as (

    {% for name in names -%}
        select
            '{{ name }}' as fold_id,
            '{{ name.split("_") | first }}' as fold_role,
            {{ loop.index }} as fold_key,
            {{ loop.index <= 2 + backtests }} as is_evaluated,
            {{ aisle.add_days('as_of', -(loop.index * step)) }} as cutoff_at,
            {{ aisle.add_days('as_of', -(loop.index0 * step + var('fold_days'))) }}
                as holdout_starts_at,
            {{ aisle.add_days('as_of', -(loop.index0 * step)) }} as holdout_ends_at,
            first_event_at
        from as_of
        union all
    {% endfor -%}
    select
        'serving' as fold_id,
        'serving' as fold_role,
        0 as fold_key,
        false as is_evaluated,
        as_of as cutoff_at,
        cast(null as timestamp) as holdout_starts_at,
        cast(null as timestamp) as holdout_ends_at,
        first_event_at
    from as_of

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
        is_evaluated,
        cutoff_at,
        holdout_starts_at,
        holdout_ends_at
    from with_history

)

select * from final
