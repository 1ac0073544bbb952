with

answers as (

    select * from {{ ref('input_questionnaire_answers') }}
    where trim(answer) != ''

),

questionnaire as (

    select * from {{ ref('questionnaire') }}

),

attributes as (

    select * from {{ ref('int_features__product_attributes') }}
    where fold_id = 'serving'

),

known_values as (

    select distinct
        field,
        value
    from attributes

),

-- A row of the seed whose value no product has leads nowhere either.
mapped as (

    select distinct
        questionnaire.question_id,
        lower(trim(questionnaire.answer)) as answer
    from questionnaire
    inner join known_values
        on
            lower(trim(questionnaire.field)) = known_values.field
            and lower(trim(questionnaire.value)) = known_values.value

),

counted as (

    select count(*) as count_answers
    from answers

),

unmapped as (

    select
        concat_ws(
            '', coalesce(answers.question_id, 'no question'), ': ', answers.answer
        )
            as example,
        count(*) as count_rows
    from answers
    left join mapped
        on
            answers.question_id = mapped.question_id
            and lower(trim(answers.answer)) = mapped.answer
    where mapped.answer is null
    group by answers.question_id, answers.answer

),

{{ aisle.most_frequent('unmapped') }},

final as (

    select
        'unmapped_answer' as check_id,
        'questionnaire_answers' as dataset,
        summed.examples,
        {{ aisle.of_text('summed.count_rows', 'counted.count_answers', 'answers') }}
            as detail,
        summed.count_rows,
        cast(summed.count_rows as double) / counted.count_answers as figure,
        cast(null as double) as threshold
    from summed
    cross join counted

)

select * from final
