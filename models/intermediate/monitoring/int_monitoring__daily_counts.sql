with

impressions as (

    select * from {{ ref('int_folds__impression_log') }}

),

events as (

    select * from {{ ref('int_folds__event_log') }}

),

-- Net of returns whenever they came, as attributed revenue is.
purchases as (

    select * from {{ ref('int_folds__purchase_log') }}

),

attributed as (

    select * from {{ ref('int_attribution__purchases') }}

),

coverage as (

    select * from {{ ref('daily_coverage') }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

-- Whole days only: as-of may be at any hour.
days as (

    select coverage.event_date as kpi_date
    from coverage
    cross join folds
    where coverage.event_date < {{ aisle.local_date('folds.cutoff_at') }}

),

-- Each row once for its placement and once for all of them.
placed_impressions as (

    select
        {{ aisle.local_date('served_at') }} as kpi_date,
        placement,
        customer_id,
        clicked_at
    from impressions
    where placement is not null
    union all
    select
        {{ aisle.local_date('served_at') }} as kpi_date,
        'all' as placement,
        customer_id,
        clicked_at
    from impressions

),

placed_purchases as (

    select
        {{ aisle.local_date('occurred_at') }} as kpi_date,
        placement,
        revenue
    from attributed
    where placement is not null
    union all
    select
        {{ aisle.local_date('occurred_at') }} as kpi_date,
        'all' as placement,
        revenue
    from attributed

),

buyers as (

    select distinct
        {{ aisle.local_date('occurred_at') }} as kpi_date,
        customer_id
    from purchases
    where customer_id is not null

),

shown as (

    select
        kpi_date,
        placement,
        count(*) as count_impressions,
        count(clicked_at) as count_clicks
    from placed_impressions
    group by kpi_date, placement

),

visitors as (

    select distinct
        kpi_date,
        placement,
        customer_id
    from placed_impressions
    where customer_id is not null

),

converted as (

    select
        visitors.kpi_date,
        visitors.placement,
        count(*) as count_visitors,
        count(buyers.customer_id) as count_buyers
    from visitors
    left join buyers
        on
            visitors.kpi_date = buyers.kpi_date
            and visitors.customer_id = buyers.customer_id
    group by visitors.kpi_date, visitors.placement

),

earned as (

    select
        kpi_date,
        placement,
        {{ aisle.exact_sum('revenue') }} as attributed_revenue,
        count(*) as count_attributed
    from placed_purchases
    group by kpi_date, placement

),

sold as (

    select
        {{ aisle.local_date('occurred_at') }} as kpi_date,
        count(distinct coalesce(order_id, customer_id, session_id)) as count_orders,
        {{ aisle.exact_sum('revenue') }} as revenue
    from purchases
    group by {{ aisle.local_date('occurred_at') }}

),

active as (

    select
        {{ aisle.local_date('occurred_at') }} as kpi_date,
        count(distinct customer_id) as count_active_customers
    from events
    group by {{ aisle.local_date('occurred_at') }}

),

-- A placement counts from its first impression on; the shop from its first event.
openings as (

    select
        placement,
        min(kpi_date) as first_date
    from placed_impressions
    group by placement

),

placements as (

    select
        placement,
        first_date
    from openings
    where placement != 'all'
    union all
    select
        'all' as placement,
        min(kpi_date) as first_date
    from days

),

grid as (

    select
        days.kpi_date,
        placements.placement,
        openings.first_date <= days.kpi_date as is_logged
    from days
    inner join placements
        on days.kpi_date >= placements.first_date
    left join openings
        on placements.placement = openings.placement

),

final as (

    select
        grid.kpi_date,
        grid.placement,
        coalesce(shown.count_impressions, 0) as count_impressions,
        coalesce(shown.count_clicks, 0) as count_clicks,
        coalesce(converted.count_visitors, 0) as count_visitors,
        coalesce(converted.count_buyers, 0) as count_buyers,
        coalesce(earned.attributed_revenue, 0) as attributed_revenue,
        coalesce(earned.count_attributed, 0) as count_attributed,
        coalesce(sold.count_orders, 0) as count_orders,
        coalesce(sold.revenue, 0) as revenue,
        coalesce(active.count_active_customers, 0) as count_active_customers,
        coalesce(grid.is_logged, false) as is_logged
    from grid
    left join shown
        on
            grid.kpi_date = shown.kpi_date
            and grid.placement = shown.placement
    left join converted
        on
            grid.kpi_date = converted.kpi_date
            and grid.placement = converted.placement
    left join earned
        on
            grid.kpi_date = earned.kpi_date
            and grid.placement = earned.placement
    left join sold
        on grid.kpi_date = sold.kpi_date
    left join active
        on grid.kpi_date = active.kpi_date

)

select * from final
