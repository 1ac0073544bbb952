{{ config(enabled=aisle.checked_var('is_questionnaire_enabled')) }}

with

answers as (

    select * from {{ ref('int_folds__answers') }}

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

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

attributes as (

    select * from {{ ref('int_features__product_attributes') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

mapped as (

    select distinct
        question_id,
        answer
    from questionnaire

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
    inner join mapped
        on
            answers.question_id = mapped.question_id
            and answers.answer = mapped.answer

),

-- Few sets of answers stand for all customers: products are scored once per set.
profiles as (

    select
        fold_id,
        customer_key,
        {{ aisle.string_list("concat(question_id, ': ', answer)") }} as profile
    from answered
    group by fold_id, customer_key

),

profile_answers as (

    select distinct
        profiles.fold_id,
        profiles.profile,
        answered.question_id,
        answered.answer
    from profiles
    inner join answered
        on
            profiles.fold_id = answered.fold_id
            and profiles.customer_key = answered.customer_key

),

matches as (

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

),

-- Buyers of 30 days decide, those of 90 between equals: together they are below one.
demand as (

    select
        fold_id,
        product_key,
        popularity_rank,
        count_buyers_30d
        + count_buyers_90d
        / cast(1 + max(count_buyers_90d) over (partition by fold_id) as double)
            as demand
    from products

),

ranked as (

    select
        matches.fold_id,
        matches.profile,
        matches.product_key,
        matches.weight * demand.demand as score,
        row_number() over (
            partition by matches.fold_id, matches.profile
            order by matches.weight * demand.demand desc, demand.popularity_rank asc
        ) as rank
    from matches
    inner join demand
        on
            matches.fold_id = demand.fold_id
            and matches.product_key = demand.product_key
    where demand.demand > 0

),

final as (

    select
        profiles.fold_id,
        profiles.customer_key,
        ranked.product_key,
        cast('questionnaire' as {{ dbt.type_string() }}) as candidate_source,
        cast(ranked.score as double) as score,
        ranked.rank
    from profiles
    inner join ranked
        on
            profiles.fold_id = ranked.fold_id
            and profiles.profile = ranked.profile
    where ranked.rank <= {{ var('candidates_per_source') }}

)

select * from final
