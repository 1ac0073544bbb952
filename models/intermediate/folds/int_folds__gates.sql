with

folds as (

    select * from {{ ref('folds') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}

),

gates as (

    select * from {{ ref('gate_thresholds') }}

),

events as (

    select
        fold_id,
        count(*) as count_interactions,
        count(distinct product_key) as count_products
    from interactions
    group by fold_id

),

customers as (

    select
        fold_id,
        customer_key,
        count(distinct case when interaction_type = 'purchase' then basket_key end)
            as count_orders,
        max(age_days) as first_age_days,
        min(case when interaction_type = 'purchase' then age_days end)
            as last_order_age_days
    from interactions
    where customer_key is not null
    group by fold_id, customer_key

),

basket_sizes as (

    select
        fold_id,
        basket_key,
        count(distinct product_key) as count_products
    from interactions
    where interaction_type = 'purchase' and basket_key is not null
    group by fold_id, basket_key

),

baskets as (

    select
        fold_id,
        count(*) as count_shared_baskets
    from basket_sizes
    where count_products >= 2
    group by fold_id

),

loyalty as (

    select
        fold_id,
        count(*) as count_customers,
        count(case when count_orders >= 2 then 1 end) as count_repeat_customers,
        count(case when count_orders >= 3 then 1 end) as count_loyal_customers,
        count(case when first_age_days <= {{ var('new_customer_days') }} then 1 end)
            as count_new_customers,
        -- Were the last fold_days a holdout, these would be its known buyers.
        count(
            case
                when
                    first_age_days > {{ var('fold_days') }}
                    and last_order_age_days <= {{ var('fold_days') }}
                    then 1
            end
        ) as count_returning_customers
    from customers
    group by fold_id

),

counted as (

    select
        folds.fold_id,
        coalesce(events.count_interactions, 0) as count_interactions,
        coalesce(events.count_products, 0) as count_products,
        coalesce(loyalty.count_customers, 0) as count_customers,
        coalesce(loyalty.count_repeat_customers, 0) as count_repeat_customers,
        coalesce(loyalty.count_returning_customers, 0) as count_returning_customers,
        coalesce(baskets.count_shared_baskets, 0) as count_shared_baskets,
        cast(loyalty.count_loyal_customers as double) / loyalty.count_customers
            as loyal_customer_rate,
        cast(loyalty.count_new_customers as double) / loyalty.count_customers
            as new_customer_rate
    from folds
    left join events
        on folds.fold_id = events.fold_id
    left join loyalty
        on folds.fold_id = loyalty.fold_id
    left join baskets
        on folds.fold_id = baskets.fold_id

),

measured as (

    select
        counted.fold_id,
        gates.use_case,
        gates.gate_id,
        gates.tier,
        gates.metric,
        gates.operator,
        gates.description,
        gates.threshold,
        cast(case gates.metric
            when 'count_interactions' then counted.count_interactions
            when 'count_products' then counted.count_products
            when 'count_customers' then counted.count_customers
            when 'count_repeat_customers' then counted.count_repeat_customers
            when 'count_returning_customers' then counted.count_returning_customers
            when 'count_shared_baskets' then counted.count_shared_baskets
            when 'loyal_customer_rate' then counted.loyal_customer_rate
            when 'new_customer_rate' then counted.new_customer_rate
        end as double) as figure
    from counted
    cross join gates

),

-- A share of no customers is no figure, and passes nothing.
judged as (

    select
        *,
        coalesce(
            case operator
                when 'at_least' then figure >= threshold
                when 'below' then figure < threshold
            end,
            false
        ) as is_passed,
        {{ aisle.figure_text('figure', 'metric') }} as figure_text,
        {{ aisle.figure_text('threshold', 'metric') }} as threshold_text
    from measured

),

final as (

    select
        fold_id,
        use_case,
        gate_id,
        tier,
        metric,
        concat_ws(
            '',
            description,
            ': ',
            coalesce(figure_text, 'none'),
            ', asked for ',
            case operator when 'at_least' then 'at least ' else 'below ' end,
            threshold_text
        ) as message,
        figure,
        threshold,
        is_passed
    from judged

)

select * from final
