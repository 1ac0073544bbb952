with

measures as (

    select * from {{ ref('int_monitoring__measures') }}

),

checks as (

    select * from {{ ref('int_monitoring__checks') }}

),

judged as (

    select
        measures.*,
        coalesce(checks.title, measures.measure) as title,
        checks.unit,
        checks.rule,
        checks.threshold,
        case checks.rule
            when 'above' then measures.value > checks.threshold
            when 'below' then measures.value < checks.threshold
            when 'rises_by'
                then measures.value - measures.earlier_value > checks.threshold
            when 'falls_by'
                then measures.earlier_value - measures.value > checks.threshold
        end as is_off
    from measures
    left join checks
        on measures.measure = checks.check_id

),

final as (

    select
        measure,
        segment_type,
        segment,
        title,
        unit,
        rule,
        cast(value as double) as value,
        cast(earlier_value as double) as earlier_value,
        threshold,
        count_part,
        count_whole,
        not coalesce(is_off, false) as is_ok
    from judged

)

select * from final
