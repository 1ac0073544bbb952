with

folds as (

    select * from {{ ref('folds') }}
    where is_evaluated

),

hits as (

    select * from {{ ref('int_evaluation__hits') }}
    where
        task = 'all'
        and k = 10

),

lists as (

    select * from {{ ref('int_evaluation__lists') }}
    where
        task = 'all'
        and rank <= 10

),

relevant as (

    select * from {{ ref('int_evaluation__relevant_products') }}
    where
        task = 'all'
        and has_history

),

keys as (

    select * from {{ ref('int_folds__customer_keys') }}

),

answers as (

    select * from {{ ref('int_folds__answers') }}

),

answered as (

    select distinct
        answers.fold_id,
        keys.customer_key
    from answers
    inner join keys
        on answers.customer_id = keys.customer_id

),

customer_ndcg as (

    select
        fold_id,
        strategy,
        scenario_id,
        customer_key,
        has_history,
        {{ aisle.ndcg_at_k('sum_gain', 'count_relevant', '10') }} as ndcg
    from hits

),

tests as (

    select * from folds
    where fold_role = 'test'

),

unasked as (

    select * from folds
    where not has_answers

),

longest as (

    select max(history_orders) as history_orders
    from folds

),

-- Those with enough orders for every variant.
longest_customers as (

    select distinct customer_ndcg.customer_key
    from customer_ndcg
    inner join folds
        on customer_ndcg.fold_id = folds.fold_id
    inner join longest
        on folds.history_orders = longest.history_orders
    where
        folds.has_answers
        and customer_ndcg.has_history

),

-- What is compared with what: on the same customers, and on the same holdout.
compared_folds as (

    select
        'history_length' as study,
        folds.fold_id as variant,
        folds.fold_id,
        tests.fold_id as reference_fold_id
    from folds
    cross join tests
    where folds.fold_role = 'history_length'
    union all
    select
        'cold_start' as study,
        folds.fold_id as variant,
        folds.fold_id,
        unasked.fold_id as reference_fold_id
    from folds
    cross join unasked
    where folds.fold_role = 'cold_start'
    union all
    select
        'cold_start' as study,
        'orders_all' as variant,
        tests.fold_id,
        unasked.fold_id as reference_fold_id
    from tests
    cross join unasked
    union all
    select
        'questionnaire' as study,
        folds.fold_id as variant,
        folds.fold_id,
        unasked.fold_id as reference_fold_id
    from folds
    cross join unasked
    where
        folds.history_orders = 0
        and folds.has_answers

),

between_folds as (

    select
        compared_folds.study,
        compared_folds.variant,
        compared_folds.fold_id,
        customer_ndcg.strategy,
        customer_ndcg.scenario_id,
        customer_ndcg.customer_key,
        customer_ndcg.ndcg,
        reference_ndcgs.ndcg as reference_ndcg
    from compared_folds
    inner join customer_ndcg
        on compared_folds.fold_id = customer_ndcg.fold_id
    inner join customer_ndcg as reference_ndcgs
        on
            compared_folds.reference_fold_id = reference_ndcgs.fold_id
            and customer_ndcg.strategy = reference_ndcgs.strategy
            and customer_ndcg.scenario_id = reference_ndcgs.scenario_id
            and customer_ndcg.customer_key = reference_ndcgs.customer_key
    left join longest_customers
        on customer_ndcg.customer_key = longest_customers.customer_key
    left join answered
        on
            compared_folds.fold_id = answered.fold_id
            and customer_ndcg.customer_key = answered.customer_key
    where
        case compared_folds.study
            when 'history_length' then reference_ndcgs.has_history
            when 'questionnaire' then answered.customer_key is not null
            when 'cold_start' then longest_customers.customer_key is not null
        end

),

-- The lists of an earlier cutoff, had they been shown until now.
aged_folds as (

    select
        folds.fold_id,
        earlier.fold_id as list_fold_id,
        cast(
            round({{ aisle.elapsed_days('earlier.cutoff_at', 'folds.cutoff_at') }})
            as integer
        ) as age_days
    from folds
    inner join folds as earlier
        on folds.cutoff_at > earlier.cutoff_at
    where
        folds.fold_role in ('test', 'validation', 'train')
        and earlier.fold_role in ('test', 'validation', 'train')

),

counted as (

    select
        fold_id,
        customer_key,
        count(*) as count_relevant
    from relevant
    group by fold_id, customer_key

),

aged_lists as (

    select
        aged_folds.fold_id,
        aged_folds.age_days,
        lists.strategy,
        lists.scenario_id,
        lists.customer_key,
        counted.count_relevant,
        {{ aisle.exact_sum(
            'case when relevant.product_key is not null then '
            ~ aisle.discounted_gain('lists.rank') ~ ' else 0 end', 9
        ) }} as sum_gain
    from aged_folds
    inner join lists
        on aged_folds.list_fold_id = lists.fold_id
    inner join counted
        on
            aged_folds.fold_id = counted.fold_id
            and lists.customer_key = counted.customer_key
    left join relevant
        on
            aged_folds.fold_id = relevant.fold_id
            and lists.customer_key = relevant.customer_key
            and lists.product_key = relevant.product_key
    group by
        aged_folds.fold_id,
        aged_folds.age_days,
        lists.strategy,
        lists.scenario_id,
        lists.customer_key,
        counted.count_relevant

),

aged_ndcg as (

    select
        *,
        {{ aisle.ndcg_at_k('sum_gain', 'count_relevant', '10') }} as ndcg
    from aged_lists

),

aged as (

    select
        'model_age' as study,
        concat_ws('', 'age_', cast(aged_ndcg.age_days as {{ dbt.type_string() }}))
            as variant,
        aged_ndcg.fold_id,
        aged_ndcg.strategy,
        aged_ndcg.scenario_id,
        customer_ndcg.customer_key,
        aged_ndcg.ndcg,
        customer_ndcg.ndcg as reference_ndcg
    from aged_ndcg
    inner join customer_ndcg
        on
            aged_ndcg.fold_id = customer_ndcg.fold_id
            and aged_ndcg.strategy = customer_ndcg.strategy
            and aged_ndcg.scenario_id = customer_ndcg.scenario_id
            and aged_ndcg.customer_key = customer_ndcg.customer_key

),

final as (

    select
        study,
        variant,
        fold_id,
        strategy,
        scenario_id,
        customer_key,
        ndcg,
        reference_ndcg
    from between_folds
    union all
    select
        study,
        variant,
        fold_id,
        strategy,
        scenario_id,
        customer_key,
        ndcg,
        reference_ndcg
    from aged

)

select * from final
