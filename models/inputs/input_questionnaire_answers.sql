with

source_rows as (

    select * from {{ aisle.connector_relation('questionnaire_answers') }}

),

profiles as (

    select * from {{ ref('input_customer_profiles') }}

),

final as (

    select
        source_rows.source_row_id,
        source_rows.source_system,
        coalesce(profiles.customer_id, source_rows.customer_id) as customer_id,
        source_rows.question_id,
        source_rows.answer,
        source_rows.invalid_columns,
        source_rows.answered_at
    from source_rows
    left join profiles
        on source_rows.customer_id = profiles.source_customer_id
    where coalesce(profiles.is_consenting, {{ var('is_consent_assumed') }})

)

select * from final
