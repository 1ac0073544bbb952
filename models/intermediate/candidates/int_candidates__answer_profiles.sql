with

answers as (

    select * from {{ ref('int_folds__answers') }}

),

questionnaire as (

    select distinct
        question_id,
        lower(trim(answer)) as answer
    from {{ ref('questionnaire') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

answered as (

    select
        customers.fold_id,
        customers.customer_key,
        answers.question_id,
        answers.answer
    from customers
    inner join answers
        on
            customers.fold_id = answers.fold_id
            and customers.customer_id = answers.customer_id
    inner join questionnaire
        on
            answers.question_id = questionnaire.question_id
            and answers.answer = questionnaire.answer

),

-- Few sets of answers stand for all customers.
profiles as (

    select
        fold_id,
        customer_key,
        {{ aisle.string_list("concat_ws('', question_id, ': ', answer)") }} as profile
    from answered
    group by fold_id, customer_key

),

final as (

    select
        answered.fold_id,
        answered.customer_key,
        answered.question_id,
        answered.answer,
        profiles.profile
    from answered
    inner join profiles
        on
            answered.fold_id = profiles.fold_id
            and answered.customer_key = profiles.customer_key

)

select * from final
