{#- Visits of the shop's usual kind that are added to a customer's own. -#}
{%- set prior = 5 -%}

with

lifts as (

    select * from {{ ref('int_contexts__lifts') }}

),

history as (

    select * from {{ ref('int_contexts__visits') }}
    where not is_holdout

),

holdout as (

    select * from {{ ref('int_contexts__visits') }}
    where is_holdout

),

situations as (

    select distinct
        test_id,
        fold_id,
        situation
    from history
    union
    select distinct
        test_id,
        fold_id,
        situation
    from holdout

),

-- The shop's categories: each visit counts once.
shop as (

    select
        test_id,
        fold_id,
        category,
        {{ aisle.exact_sum('share', 9) }} as share_sum
    from history
    group by test_id, fold_id, category

),

shop_totals as (

    select
        test_id,
        fold_id,
        {{ aisle.exact_sum('share_sum', 9) }} as share_sum
    from shop
    group by test_id, fold_id

),

-- By what the shares of a situation add up to once each is multiplied by its lift.
shop_norms as (

    select
        shop.test_id,
        shop.fold_id,
        situations.situation,
        {{ aisle.exact_sum(
            'shop.share_sum / shop_totals.share_sum * coalesce(lifts.lift, 1)', 9
        ) }} as norm
    from shop
    inner join shop_totals
        on
            shop.test_id = shop_totals.test_id
            and shop.fold_id = shop_totals.fold_id
    inner join situations
        on
            shop.test_id = situations.test_id
            and shop.fold_id = situations.fold_id
    left join lifts
        on
            shop.test_id = lifts.test_id
            and shop.fold_id = lifts.fold_id
            and shop.category = lifts.category
            and situations.situation = lifts.situation
    group by shop.test_id, shop.fold_id, situations.situation

),

customers as (

    select distinct
        test_id,
        fold_id,
        customer_key
    from holdout

),

own as (

    select
        history.test_id,
        history.fold_id,
        history.customer_key,
        history.category,
        {{ aisle.exact_sum('history.share', 9) }} as share_sum
    from history
    inner join customers
        on
            history.test_id = customers.test_id
            and history.fold_id = customers.fold_id
            and history.customer_key = customers.customer_key
    group by
        history.test_id, history.fold_id, history.customer_key, history.category

),

own_norms as (

    select
        own.test_id,
        own.fold_id,
        own.customer_key,
        situations.situation,
        {{ aisle.exact_sum('own.share_sum', 9) }} as share_sum,
        {{ aisle.exact_sum('own.share_sum * coalesce(lifts.lift, 1)', 9) }} as norm
    from own
    inner join situations
        on
            own.test_id = situations.test_id
            and own.fold_id = situations.fold_id
    left join lifts
        on
            own.test_id = lifts.test_id
            and own.fold_id = lifts.fold_id
            and own.category = lifts.category
            and situations.situation = lifts.situation
    group by own.test_id, own.fold_id, own.customer_key, situations.situation

),

-- Of each visit of the month after, what the lifts of every situation would have told.
told as (

    select
        holdout.test_id,
        holdout.fold_id,
        holdout.customer_key,
        holdout.visit_date,
        holdout.situation,
        situations.situation as told_situation,
        {{ aisle.exact_sum('holdout.share * ln(coalesce(lifts.lift, 1))', 9) }}
            as log_lift
    from holdout
    inner join situations
        on
            holdout.test_id = situations.test_id
            and holdout.fold_id = situations.fold_id
    left join lifts
        on
            holdout.test_id = lifts.test_id
            and holdout.fold_id = lifts.fold_id
            and holdout.category = lifts.category
            and situations.situation = lifts.situation
    group by
        holdout.test_id,
        holdout.fold_id,
        holdout.customer_key,
        holdout.visit_date,
        holdout.situation,
        situations.situation

),

gains as (

    select
        told.test_id,
        told.fold_id,
        told.customer_key,
        told.visit_date,
        told.situation,
        told.told_situation,
        told.log_lift - ln(
            (own_norms.norm + {{ prior }} * shop_norms.norm)
            / (own_norms.share_sum + {{ prior }})
        ) as gain
    from told
    inner join own_norms
        on
            told.test_id = own_norms.test_id
            and told.fold_id = own_norms.fold_id
            and told.customer_key = own_norms.customer_key
            and told.told_situation = own_norms.situation
    inner join shop_norms
        on
            told.test_id = shop_norms.test_id
            and told.fold_id = shop_norms.fold_id
            and told.told_situation = shop_norms.situation

),

counted as (

    select
        test_id,
        fold_id,
        situation,
        count(*) as count_visits
    from gains
    where situation = told_situation
    group by test_id, fold_id, situation

),

situation_shares as (

    select
        test_id,
        fold_id,
        situation,
        cast(count_visits as double)
        / sum(count_visits) over (partition by test_id, fold_id) as share
    from counted

),

-- Against the month's mix of situations: what rose in all of it tells of none.
visit_gains as (

    select
        gains.test_id,
        gains.fold_id,
        gains.customer_key,
        gains.visit_date,
        gains.situation,
        max(case when gains.told_situation = gains.situation then gains.gain end)
            as gain,
        {{ aisle.exact_sum('situation_shares.share * gains.gain', 9) }} as usual_gain
    from gains
    left join situation_shares
        on
            gains.test_id = situation_shares.test_id
            and gains.fold_id = situation_shares.fold_id
            and gains.told_situation = situation_shares.situation
    group by
        gains.test_id,
        gains.fold_id,
        gains.customer_key,
        gains.visit_date,
        gains.situation

),

final as (

    select
        test_id,
        fold_id,
        customer_key,
        count(*) as count_visits,
        {{ aisle.exact_avg('gain', 9) }} as gain,
        {{ aisle.exact_avg('gain - usual_gain', 9) }} as excess
    from visit_gains
    group by test_id, fold_id, customer_key

)

select * from final
