with

folds as (

    select * from {{ ref('folds') }}
    where has_answers

),

answers as (

    select * from {{ ref('input_questionnaire_answers') }}

),

-- Whoever answers anew has changed their mind; answers given at once hold together.
known as (

    select
        folds.fold_id,
        answers.customer_id,
        answers.question_id,
        lower(trim(answers.answer)) as answer,
        rank() over (
            partition by folds.fold_id, answers.customer_id, answers.question_id
            order by answers.answered_at desc
        ) as recency
    from folds
    inner join answers
        on folds.cutoff_at > answers.answered_at
    where
        answers.customer_id is not null
        and answers.question_id is not null
        and trim(answers.answer) != ''

),

final as (

    select distinct
        fold_id,
        customer_id,
        question_id,
        answer
    from known
    where recency = 1

)

select * from final
