with

checks as (

    select * from {{ ref('monitoring_checks') }}

),

final as (

    select
        check_id,
        severity,
        cast(priority as integer) as priority,
        rule,
        cast(threshold as double) as threshold,
        unit,
        title,
        remedy
    from checks

)

select * from final
