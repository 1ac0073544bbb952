{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('questionnaire_answers') }}

),

{{ aisle.typed_input('questionnaire_answers', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('questionnaire_answers') }}
    from typed

)

select * from final
