with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'test'

),

listed as (

    select * from {{ ref('int_folds__listed_customers') }}

),

known as (

    select * from {{ ref('int_folds__customers') }}

),

-- Probabilities hold for those too who buy nothing: a sample of them, drawn by id, is
-- scored in the test fold, and counted by no metric of lists.
non_buyers as (

    select
        known.fold_id,
        known.customer_key,
        known.customer_id
    from known
    inner join folds
        on known.fold_id = folds.fold_id
    left join listed
        on
            known.fold_id = listed.fold_id
            and known.customer_key = listed.customer_key
    where
        listed.customer_key is null
        and {{ aisle.hash_uniform("concat_ws('', 'non_buyers:', known.customer_id)") }}
        < {{ aisle.checked_var('non_buyer_rate') }}

),

final as (

    select
        fold_id,
        customer_key,
        customer_id,
        has_history
    from listed
    union all
    select
        fold_id,
        customer_key,
        customer_id,
        true as has_history
    from non_buyers

)

select * from final
