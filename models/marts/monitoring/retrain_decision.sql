with

triggers as (

    select * from {{ ref('int_monitoring__triggers') }}

),

trigger_values as (

    select * from {{ ref('int_monitoring__trigger_values') }}

),

intervals as (

    select * from {{ ref('suggested_intervals') }}
    where category = 'all'

),

release as (

    select * from {{ ref('releases') }}

),

-- One row too where no decay was measured.
suggestion as (

    select max(suggested_interval_days) as suggested_interval_days
    from intervals

),

-- The units of the figures are those of their kind.
joined as (

    select
        triggers.trigger_id,
        triggers.title,
        case triggers.trigger_id
            when 'model_age' then 'days'
            when 'drift' then 'index'
            else 'share'
        end as unit,
        trigger_values.value,
        triggers.threshold,
        trigger_values.detail,
        case
            when trigger_values.value is null then 'unknown'
            when
                trigger_values.value >= triggers.threshold
                and trigger_values.is_certain
                then 'retrain'
            else 'wait'
        end as decision
    from triggers
    left join trigger_values
        on triggers.trigger_id = trigger_values.trigger_id

),

explained as (

    select
        trigger_id,
        value,
        threshold,
        unit,
        decision,
        concat_ws(
            '',
            title,
            ': ',
            case
                when value is null and trigger_id = 'quality_loss'
                    then 'no lists of this model have had a week yet'
                when value is null then 'not measurable'
                else
                    concat_ws(
                        '',
                        {{ aisle.unit_text('value', 'unit') }},
                        case
                            when value >= threshold then ', at or above '
                            else ', below '
                        end,
                        {{ aisle.unit_text('threshold', 'unit') }},
                        case
                            when value >= threshold and decision = 'wait'
                                then ', but not told apart from chance'
                            else ''
                        end
                    )
            end,
            case
                when detail is null then ''
                else concat_ws('', ' (', detail, ')')
            end
        ) as reason
    from joined

),

counted as (

    select
        count(case when decision = 'retrain' then 1 end) as count_retrain,
        count(case when decision = 'wait' then 1 end) as count_wait,
        count(case when decision = 'unknown' then 1 end) as count_unknown,
        {{ aisle.string_list("case when decision = 'retrain' then trigger_id end") }}
            as retrain_because,
        {{ aisle.string_list("case when decision = 'unknown' then trigger_id end") }}
            as unknown_triggers
    from explained

),

overall as (

    select
        'overall' as trigger_id,
        cast(count_retrain as double) as value,
        cast(1 as double) as threshold,
        'triggers' as unit,
        case
            when count_retrain > 0 then 'retrain'
            when count_wait > 0 then 'wait'
            else 'unknown'
        end as decision,
        concat_ws(
            '',
            case
                when count_retrain > 0
                    then concat_ws('', 'Asked for by ', retrain_because)
                when count_wait > 0 then 'No trigger asks for it'
                else 'No trigger could be measured'
            end,
            case
                when count_wait > 0 and count_unknown > 0
                    then concat_ws('', '; not known: ', unknown_triggers)
                else ''
            end
        ) as reason
    from counted

),

rows_listed as (

    select * from explained
    union all
    select * from overall

),

final as (

    select
        rows_listed.trigger_id,
        rows_listed.decision,
        rows_listed.reason,
        cast(rows_listed.value as double) as value,
        cast(rows_listed.threshold as double) as threshold,
        rows_listed.unit,
        case
            when rows_listed.trigger_id in ('model_age', 'overall')
                then suggestion.suggested_interval_days
        end as suggested_interval_days,
        release.release_id,
        release.as_of,
        release.evaluated_as_of
    from rows_listed
    cross join suggestion
    cross join release

)

select * from final
