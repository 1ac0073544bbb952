-- Whoever reads only the findings still hears of every rejected row.
with

rejected as (

    select * from {{ ref('rejected_rows') }}

),

findings as (

    select * from {{ ref('findings') }}
    where dataset = 'interactions'

),

counted as (

    select
        reason,
        count(*) as count_rows
    from rejected
    group by reason

)

select
    counted.reason,
    counted.count_rows,
    findings.count_rows as count_reported
from counted
left join findings
    on counted.reason = findings.check_id
where
    findings.count_rows is null
    or findings.count_rows != counted.count_rows
