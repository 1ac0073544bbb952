with

profile_answers as (

    select distinct
        fold_id,
        profile,
        question_id,
        answer
    from {{ ref('int_candidates__answer_profiles') }}

),

questionnaire as (

    select
        question_id,
        lower(trim(answer)) as answer,
        lower(trim(field)) as field,
        lower(trim(value)) as value,
        weight
    from {{ ref('questionnaire') }}

),

attributes as (

    select * from {{ ref('int_features__product_attributes') }}

),

final as (

    select
        profile_answers.fold_id,
        profile_answers.profile,
        attributes.product_key,
        {{ aisle.exact_sum('questionnaire.weight') }} as weight
    from profile_answers
    inner join questionnaire
        on
            profile_answers.question_id = questionnaire.question_id
            and profile_answers.answer = questionnaire.answer
    inner join attributes
        on
            profile_answers.fold_id = attributes.fold_id
            and questionnaire.field = attributes.field
            and questionnaire.value = attributes.value
    group by
        profile_answers.fold_id,
        profile_answers.profile,
        attributes.product_key

)

select * from final
