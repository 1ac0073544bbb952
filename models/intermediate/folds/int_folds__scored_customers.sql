{#- A daily build teaches nothing. -#}
{%- set is_click_learnt = aisle.checked_var('ranker_click_weight') > 0
    and not (execute and aisle.is_daily()) -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'test'

),

listed as (

    select * from {{ ref('int_folds__listed_customers') }}

),

buyers as (

    select * from {{ ref('int_folds__holdout_customers') }}

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
        known.customer_id,
        cast(count(*) over (partition by known.fold_id) as double) as count_non_buyers
    from known
    inner join folds
        on known.fold_id = folds.fold_id
    left join buyers
        on
            known.fold_id = buyers.fold_id
            and known.customer_key = buyers.customer_key
    where buyers.customer_key is null

),

drawn_non_buyers as (

    select
        fold_id,
        customer_key,
        customer_id,
        count_non_buyers / count(*) over (partition by fold_id) as sampling_weight
    from non_buyers
    where
        {{ aisle.hash_uniform("concat_ws(':', 'non_buyers', customer_id)") }}
        < least(
            {{ aisle.checked_var('non_buyer_rate') }},
            {{ aisle.checked_var('customers_per_fold') }} / count_non_buyers
        )

),

{% if is_click_learnt -%}
-- Who looked and bought nothing teaches what is looked at; no metric counts them, and
-- folds that choose and confirm stay as they are.
train_folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'train'

),

clicks as (

    select * from {{ ref('int_folds__holdout_clicks') }}

),

unseen as (

    select * from {{ ref('int_folds__unseen_customers') }}

),

clickers as (

    select distinct
        clicks.fold_id,
        clicks.customer_key
    from clicks
    inner join train_folds
        on clicks.fold_id = train_folds.fold_id

),

only_clickers as (

    select
        known.fold_id,
        known.customer_key,
        known.customer_id,
        least(
            1,
            {{ aisle.checked_var('customers_per_fold') }}
            / cast(count(*) over (partition by known.fold_id) as double)
        ) as rate
    from known
    inner join clickers
        on
            known.fold_id = clickers.fold_id
            and known.customer_key = clickers.customer_key
    left join buyers
        on
            known.fold_id = buyers.fold_id
            and known.customer_key = buyers.customer_key
    left join unseen
        on known.customer_key = unseen.customer_key
    where
        buyers.customer_key is null
        and unseen.customer_key is null

),

{% endif -%}
final as (

    select
        fold_id,
        customer_key,
        customer_id,
        has_history,
        sampling_weight
    from listed
    {% if is_click_learnt -%}
    union all
    select
        fold_id,
        customer_key,
        customer_id,
        true as has_history,
        1 / rate as sampling_weight
    from only_clickers
    where
        {{ aisle.hash_uniform("concat_ws(':', 'clickers', fold_id, customer_id)") }}
        < rate
    {% endif -%}
    union all
    select
        fold_id,
        customer_key,
        customer_id,
        true as has_history,
        sampling_weight
    from drawn_non_buyers

)

select * from final
