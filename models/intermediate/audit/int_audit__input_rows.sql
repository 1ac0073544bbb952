{#- Interactions have verdicts of their own; of other inputs only time and unreadable
    cells can be told. Products and customers are read before inputs merge rows. -#}
{%- set times = {
    'inventory': 'observed_at',
    'impressions': 'served_at',
    'experiment_assignments': 'assigned_at',
    'questionnaire_answers': 'answered_at',
    'erasures': 'requested_at'
} -%}

with

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

checked as (

    select * from {{ ref('int_audit__interactions_checked') }}

),

consent_exclusions as (

    select * from {{ ref('input_consent_exclusions') }}

),

products as (

    select * from {{ aisle.connector_relation('products') }}

),

customers as (

    select * from {{ aisle.connector_relation('customers') }}

),

inventory as (

    select * from {{ ref('input_inventory') }}

),

impressions as (

    select * from {{ ref('input_impressions') }}

),

experiment_assignments as (

    select * from {{ ref('input_experiment_assignments') }}

),

questionnaire_answers as (

    select * from {{ ref('input_questionnaire_answers') }}

),

erasures as (

    select * from {{ ref('input_erasures') }}

),

judged as (

    {% for input_name, time in {
        'products': 'valid_from', 'customers': 'registered_at'
    }.items() -%}
        select
            '{{ input_name }}' as input_name,
            invalid_columns,
            false as is_rejected,
            false as is_after_as_of,
            {{ time }} as event_at
        from {{ input_name }}
        union all
    {% endfor -%}
    {% for input_name, time in times.items() -%}
        select
            '{{ input_name }}' as input_name,
            {{ input_name }}.invalid_columns,
            false as is_rejected,
            coalesce({{ input_name }}.{{ time }} >= as_of.as_of, false)
                as is_after_as_of,
            {{ input_name }}.{{ time }} as event_at
        from {{ input_name }}
        cross join as_of
        union all
    {% endfor -%}
    select
        'interactions' as input_name,
        invalid_columns,
        disposition = 'rejected' as is_rejected,
        disposition = 'after_as_of' as is_after_as_of,
        occurred_at as event_at
    from checked

),

counted as (

    select
        input_name,
        {{ aisle.string_list('invalid_columns') }} as unreadable_columns,
        count(*) as count_rows,
        count(case when is_rejected then 1 end) as count_rejected,
        count(case when is_after_as_of then 1 end) as count_after_as_of,
        count(invalid_columns) as count_unreadable,
        -- A wrong clock is rejected and must not say until when there is data.
        min(case when not is_rejected and not is_after_as_of then event_at end)
            as first_accepted_at,
        max(case when not is_rejected and not is_after_as_of then event_at end)
            as last_accepted_at
    from judged
    group by input_name

),

excluded as (

    select
        input_name,
        sum(count_rows_excluded) as count_without_consent
    from consent_exclusions
    group by input_name

),

-- Customers are counted before consent is asked for, the others after.
final as (

    select
        coalesce(counted.input_name, excluded.input_name) as input_name,
        counted.unreadable_columns,
        cast(
            coalesce(counted.count_rows, 0)
            - coalesce(counted.count_rejected, 0)
            - coalesce(counted.count_after_as_of, 0)
            - case
                when counted.input_name = 'customers'
                    then coalesce(excluded.count_without_consent, 0)
                else 0
            end as bigint
        ) as count_accepted,
        coalesce(counted.count_rejected, 0) as count_rejected,
        coalesce(counted.count_after_as_of, 0) as count_after_as_of,
        cast(coalesce(excluded.count_without_consent, 0) as bigint)
            as count_without_consent,
        coalesce(counted.count_unreadable, 0) as count_unreadable,
        counted.first_accepted_at,
        counted.last_accepted_at
    from counted
    full outer join excluded
        on counted.input_name = excluded.input_name

)

select * from final
