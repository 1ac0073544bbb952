{{ config(enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_questionnaire_answers') }}

),

{{ aisle.typed_input('questionnaire_answers', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('questionnaire_answers') }}
    from typed

)

select * from final
