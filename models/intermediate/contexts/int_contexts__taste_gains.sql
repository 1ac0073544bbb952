{#- Visits of the shop's usual kind that are added to a customer's own. -#}
{%- set prior = 5 -%}

with

history as (

    select * from {{ ref('int_contexts__visits') }}
    where
        test_id = 'gift_intent'
        and not is_holdout

),

-- Presents are not what own taste should tell.
holdout as (

    select * from {{ ref('int_contexts__visits') }}
    where
        test_id = 'gift_intent'
        and is_holdout
        and situation = 'own'

),

gift_shares as (

    select * from {{ ref('int_contexts__gift_shares') }}

),

-- Who has bought no present is told the same either way.
givers as (

    select distinct
        fold_id,
        customer_key
    from history
    where situation = 'gift'

),

shop as (

    select
        fold_id,
        category,
        {{ aisle.exact_sum('share', 9) }} as share_sum
    from history
    group by fold_id, category

),

shop_totals as (

    select
        fold_id,
        {{ aisle.exact_sum('share_sum', 9) }} as share_sum
    from shop
    group by fold_id

),

shop_shares as (

    select
        shop.fold_id,
        shop.category,
        shop.share_sum / shop_totals.share_sum as share
    from shop
    inner join shop_totals
        on shop.fold_id = shop_totals.fold_id

),

own as (

    select
        history.fold_id,
        history.customer_key,
        history.category,
        {{ aisle.exact_sum('history.share', 9) }} as share_sum,
        {{ aisle.exact_sum(
            "history.share
            * case
                when history.situation = 'gift'
                    then coalesce(gift_shares.own_share, 1)
                else 1
            end", 9
        ) }} as taste_sum
    from history
    inner join givers
        on
            history.fold_id = givers.fold_id
            and history.customer_key = givers.customer_key
    left join gift_shares
        on
            history.fold_id = gift_shares.fold_id
            and history.category = gift_shares.category
    group by history.fold_id, history.customer_key, history.category

),

totals as (

    select
        fold_id,
        customer_key,
        {{ aisle.exact_sum('share_sum', 9) }} as share_sum,
        {{ aisle.exact_sum('taste_sum', 9) }} as taste_sum
    from own
    group by fold_id, customer_key

),

visit_gains as (

    select
        holdout.fold_id,
        holdout.customer_key,
        holdout.visit_date,
        {{ aisle.exact_sum(
            'holdout.share
            * ln(
                (coalesce(own.taste_sum, 0) + ' ~ prior ~ ' * shop_shares.share)
                / (coalesce(own.share_sum, 0) + ' ~ prior ~ ' * shop_shares.share)
                * (totals.share_sum + ' ~ prior ~ ')
                / (totals.taste_sum + ' ~ prior ~ ')
            )', 9
        ) }} as gain
    from holdout
    inner join totals
        on
            holdout.fold_id = totals.fold_id
            and holdout.customer_key = totals.customer_key
    inner join shop_shares
        on
            holdout.fold_id = shop_shares.fold_id
            and holdout.category = shop_shares.category
    left join own
        on
            holdout.fold_id = own.fold_id
            and holdout.customer_key = own.customer_key
            and holdout.category = own.category
    group by holdout.fold_id, holdout.customer_key, holdout.visit_date

),

final as (

    select
        fold_id,
        customer_key,
        count(*) as count_visits,
        {{ aisle.exact_avg('gain', 9) }} as gain
    from visit_gains
    group by fold_id, customer_key

)

select * from final
