with

dated_rules as (

    select * from {{ ref('int_rules__dated_rules') }}
    where is_in_force

),

-- Of the periods of one rule that have not ended the first counts.
numbered as (

    select
        *,
        row_number() over (
            partition by fold_id, rule_id
            order by starts_on asc nulls first, rule_number asc nulls last
        ) as period
    from dated_rules

),

final as (

    select * from numbered
    where period = 1

)

select * from final
