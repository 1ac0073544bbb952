with

customers as (

    select * from {{ ref('int_audit__customer_totals') }}

),

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}
    where customer_id is not null

),

key_figures as (

    select * from {{ ref('int_audit__key_figures') }}

),

buyers as (

    select * from customers
    where count_orders > 0

),

bucketed as (

    select
        'purchase_frequency' as distribution,
        case
            when count_orders = 0 then '0 orders'
            when count_orders = 1 then '1 order'
            when count_orders = 2 then '2 orders'
            when count_orders < 5 then '3 to 4 orders'
            when count_orders < 10 then '5 to 9 orders'
            else '10 or more orders'
        end as statistic,
        case
            when count_orders < 3 then count_orders
            when count_orders < 5 then 3
            when count_orders < 10 then 5
            else 10
        end as sort_order
    from customers
    union all
    select
        'categories_per_customer' as distribution,
        case
            when count_categories = 0 then '0 categories'
            when count_categories = 1 then '1 category'
            when count_categories = 2 then '2 categories'
            when count_categories < 5 then '3 to 4 categories'
            else '5 or more categories'
        end as statistic,
        case
            when count_categories < 3 then count_categories
            when count_categories < 5 then 3
            else 5
        end as sort_order
    from buyers

),

buckets as (

    select
        distribution,
        statistic,
        sort_order,
        count(*) as count_rows
    from bucketed
    group by distribution, statistic, sort_order

),

bucket_shares as (

    select
        distribution,
        statistic,
        sort_order,
        count_rows,
        cast(count_rows as double)
        / sum(count_rows) over (partition by distribution) as figure
    from buckets

),

value_statistics as (

    {% for percent in [10, 25, 50, 75, 90, 99] -%}
        select
            'lifetime_value' as distribution,
            '{{ percent }}th percentile' as statistic,
            {{ percent }} as sort_order,
            count(*) as count_rows,
            percentile_cont({{ percent / 100 }}) within group (
                order by lifetime_value asc nulls last
            ) as figure
        from buyers
        union all
    {% endfor -%}
    select
        'lifetime_value' as distribution,
        'mean' as statistic,
        100 as sort_order,
        count(*) as count_rows,
        {{ aisle.exact_avg('lifetime_value') }} as figure
    from buyers

),

months as (

    select
        customer_id,
        substr(
            cast({{ aisle.local_date('occurred_at') }} as {{ dbt.type_string() }}), 1, 7
        ) as event_month
    from interactions

),

active as (

    select
        event_month,
        count(distinct customer_id) as count_customers
    from months
    group by event_month

),

unioned as (

    select
        distribution,
        statistic,
        sort_order,
        count_rows,
        figure
    from bucket_shares
    union all
    select
        distribution,
        statistic,
        sort_order,
        count_rows,
        figure
    from value_statistics
    where count_rows > 0
    union all
    select
        'monthly_active_customers' as distribution,
        event_month as statistic,
        row_number() over (order by event_month asc) as sort_order,
        count_customers as count_rows,
        cast(count_customers as double) as figure
    from active
    union all
    select
        'key_figures' as distribution,
        figure_id as statistic,
        row_number() over (order by figure_id asc) as sort_order,
        count_part as count_rows,
        figure
    from key_figures

),

final as (

    select
        distribution,
        statistic,
        cast(sort_order as bigint) as sort_order,
        count_rows,
        cast(figure as double) as figure
    from unioned

)

select * from final
