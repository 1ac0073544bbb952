with

rules as (

    select * from {{ ref('int_rules__rules') }}
    where condition in ('seen_times', 'seen_past_cap')

),

rule_counts as (

    select count(case when condition = 'seen_past_cap' then 1 end) as count_measured
    from rules

),

-- Where no rule asks for the measured cap, nobody needs those of past folds.
folds as (

    select fold_table.*
    from {{ ref('folds') }} as fold_table
    cross join rule_counts
    where
        fold_table.fold_role = 'serving'
        or (fold_table.is_evaluated and rule_counts.count_measured > 0)

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where customer_id is not null

),

purchases as (

    select
        customer_id,
        product_id,
        occurred_at
    from {{ ref('int_folds__event_log') }}
    where
        interaction_type = 'purchase'
        and customer_id is not null

),

-- Experiments that showed some customers a product less often by chance.
cap_experiments as (

    select distinct experiment_id
    from rules
    where experiment_id is not null

),

seen as (

    select
        folds.fold_id,
        folds.cutoff_at,
        impressions.impression_id,
        impressions.customer_id,
        impressions.product_id,
        coalesce(impressions.placement, 'unknown') as placement,
        impressions.slot,
        impressions.is_discovery,
        impressions.release_id,
        impressions.served_at,
        case
            when impressions.clicked_at < folds.cutoff_at then impressions.clicked_at
        end as clicked_at,
        cap_experiments.experiment_id is not null as is_in_cap_experiment
    from impressions
    inner join folds
        on impressions.served_at < folds.cutoff_at
    left join cap_experiments
        on impressions.experiment_id = cap_experiments.experiment_id

),

numbered as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_id, product_id
            order by served_at asc nulls last, impression_id asc
        ) as nth_exposure,
        min(served_at) over (partition by fold_id, customer_id, product_id)
            as first_served_at,
        min(clicked_at) over (partition by fold_id, customer_id, product_id)
            as first_clicked_at
    from seen

),

bought as (

    select
        numbered.fold_id,
        numbered.customer_id,
        numbered.product_id,
        min(purchases.occurred_at) as first_bought_at
    from numbered
    inner join purchases
        on
            numbered.customer_id = purchases.customer_id
            and numbered.product_id = purchases.product_id
            and numbered.first_served_at <= purchases.occurred_at
            and numbered.cutoff_at > purchases.occurred_at
    where numbered.nth_exposure = 1
    group by numbered.fold_id, numbered.customer_id, numbered.product_id

),

-- A click or a purchase is the answer after which a pair is at risk no more.
answered as (

    select
        numbered.*,
        least(numbered.first_clicked_at, bought.first_bought_at) as answered_at
    from numbered
    left join bought
        on
            numbered.fold_id = bought.fold_id
            and numbered.customer_id = bought.customer_id
            and numbered.product_id = bought.product_id

),

clicked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_id, product_id
            order by clicked_at asc nulls last, nth_exposure asc nulls last
        ) as click_order
    from answered

),

final as (

    select
        fold_id,
        impression_id,
        customer_id,
        product_id,
        placement,
        release_id,
        case
            when slot is null then 'unknown'
            when slot <= 3 then '1-3'
            when slot <= 6 then '4-6'
            when slot <= 10 then '7-10'
            else '11+'
        end as position_group,
        concat_ws(
            '/', placement, coalesce(cast(slot as {{ dbt.type_string() }}), 'unknown')
        ) as position,
        slot,
        cast(least(nth_exposure, {{ aisle.last_exposure() }}) as integer)
            as nth_exposure,
        {{ aisle.elapsed_days('first_served_at', 'served_at') }} as pair_age_days,
        is_discovery,
        is_in_cap_experiment,
        nth_exposure = 1 as is_first_exposure,
        clicked_at is not null as is_clicked,
        coalesce(served_at <= answered_at, true) as is_at_risk,
        coalesce(clicked_at <= answered_at and click_order = 1, false)
            as is_first_click,
        served_at
    from clicked

)

select * from final
