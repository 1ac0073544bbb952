{{ config(materialized='view') }}

with

templates as (

    select * from {{ ref('reason_templates') }}

),

-- English stands in for what is not translated.
final as (

    select
        reason_code,
        coalesce(
            max(
                case
                    when language = '{{ aisle.checked_var("language") }}' then template
                end
            ),
            max(case when language = 'en' then template end)
        ) as template
    from templates
    group by reason_code

)

select * from final
