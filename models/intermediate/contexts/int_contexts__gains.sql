{#- Visits of the shop's usual kind that are added to a customer's own. -#}
{%- set prior = 5 -%}
{%- set parts = aisle.week_parts() | map(attribute='week_part') | list -%}

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

week_parts as (

    select week_part
    from {{ aisle.value_rows('week_part', parts) }} as listed

),

-- The shop's categories: each visit counts once.
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

-- By what the shares of a part add up to once each is multiplied by its lift.
shop_norms as (

    select
        shop.fold_id,
        week_parts.week_part,
        {{ aisle.exact_sum(
            'shop.share_sum / shop_totals.share_sum * coalesce(lifts.lift, 1)', 9
        ) }} as norm
    from shop
    inner join shop_totals
        on shop.fold_id = shop_totals.fold_id
    cross join week_parts
    left join lifts
        on
            shop.fold_id = lifts.fold_id
            and shop.category = lifts.category
            and week_parts.week_part = lifts.week_part
    group by shop.fold_id, week_parts.week_part

),

customers as (

    select distinct
        fold_id,
        customer_key
    from holdout

),

own as (

    select
        history.fold_id,
        history.customer_key,
        history.category,
        {{ aisle.exact_sum('history.share', 9) }} as share_sum
    from history
    inner join customers
        on
            history.fold_id = customers.fold_id
            and history.customer_key = customers.customer_key
    group by history.fold_id, history.customer_key, history.category

),

own_norms as (

    select
        own.fold_id,
        own.customer_key,
        week_parts.week_part,
        {{ aisle.exact_sum('own.share_sum', 9) }} as share_sum,
        {{ aisle.exact_sum('own.share_sum * coalesce(lifts.lift, 1)', 9) }} as norm
    from own
    cross join week_parts
    left join lifts
        on
            own.fold_id = lifts.fold_id
            and own.category = lifts.category
            and week_parts.week_part = lifts.week_part
    group by own.fold_id, own.customer_key, week_parts.week_part

),

-- Of each visit of the month after, what the lifts of every part would have told.
told as (

    select
        holdout.fold_id,
        holdout.customer_key,
        holdout.visit_date,
        holdout.week_part,
        week_parts.week_part as told_part,
        {{ aisle.exact_sum('holdout.share * ln(coalesce(lifts.lift, 1))', 9) }}
            as log_lift
    from holdout
    cross join week_parts
    left join lifts
        on
            holdout.fold_id = lifts.fold_id
            and holdout.category = lifts.category
            and week_parts.week_part = lifts.week_part
    group by
        holdout.fold_id,
        holdout.customer_key,
        holdout.visit_date,
        holdout.week_part,
        week_parts.week_part

),

gains as (

    select
        told.fold_id,
        told.customer_key,
        told.visit_date,
        told.week_part,
        told.told_part,
        told.log_lift - ln(
            (own_norms.norm + {{ prior }} * shop_norms.norm)
            / (own_norms.share_sum + {{ prior }})
        ) as gain
    from told
    inner join own_norms
        on
            told.fold_id = own_norms.fold_id
            and told.customer_key = own_norms.customer_key
            and told.told_part = own_norms.week_part
    inner join shop_norms
        on
            told.fold_id = shop_norms.fold_id
            and told.told_part = shop_norms.week_part

),

part_counts as (

    select
        fold_id,
        week_part,
        count(*) as count_visits
    from gains
    where week_part = told_part
    group by fold_id, week_part

),

part_shares as (

    select
        fold_id,
        week_part,
        cast(count_visits as double) / sum(count_visits) over (partition by fold_id)
            as share
    from part_counts

),

-- Against the month's mix of times: what rose in all parts of it tells of no part.
visit_gains as (

    select
        gains.fold_id,
        gains.customer_key,
        gains.visit_date,
        gains.week_part,
        max(case when gains.told_part = gains.week_part then gains.gain end) as gain,
        {{ aisle.exact_sum('part_shares.share * gains.gain', 9) }} as usual_gain
    from gains
    left join part_shares
        on
            gains.fold_id = part_shares.fold_id
            and gains.told_part = part_shares.week_part
    group by
        gains.fold_id, gains.customer_key, gains.visit_date, gains.week_part

),

final as (

    select
        fold_id,
        customer_key,
        count(*) as count_visits,
        {{ aisle.exact_avg('gain', 9) }} as gain,
        {{ aisle.exact_avg('gain - usual_gain', 9) }} as excess
    from visit_gains
    group by fold_id, customer_key

)

select * from final
