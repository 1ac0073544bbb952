with

served_lists as (

    select * from {{ ref('input_served_lists') }}

),

-- The history keeps no more.
recommendations as (

    select * from {{ ref('customer_recommendations') }}
    where slot <= 10

),

rfm as (

    select * from {{ ref('customer_rfm') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

earlier as (

    select
        served_lists.release_id,
        served_lists.customer_id,
        served_lists.product_id,
        served_lists.as_of
    from served_lists
    inner join as_of
        on served_lists.as_of < as_of.as_of
    where served_lists.slot <= {{ aisle.checked_var('list_length') }}

),

customers as (

    select distinct
        release_id,
        as_of,
        customer_id
    from earlier

),

-- Of the customers who had a list then and have one now.
compared as (

    select
        customers.release_id,
        customers.as_of,
        recommendations.customer_id,
        count(*) as count_slots,
        count(earlier.product_id) as count_kept
    from recommendations
    inner join customers
        on recommendations.customer_id = customers.customer_id
    left join earlier
        on
            customers.release_id = earlier.release_id
            and customers.as_of = earlier.as_of
            and recommendations.customer_id = earlier.customer_id
            and recommendations.product_id = earlier.product_id
    group by customers.release_id, customers.as_of, recommendations.customer_id

),

segmented as (

    select
        compared.*,
        'all' as segment_type,
        'all' as segment
    from compared
    union all
    select
        compared.*,
        'rfm_segment' as segment_type,
        rfm.rfm_segment as segment
    from compared
    inner join rfm
        on compared.customer_id = rfm.customer_id
    where rfm.fold_id = 'serving'

),

final as (

    select
        segmented.release_id,
        segmented.segment_type,
        segmented.segment,
        cast({{ aisle.exact_avg(
            'cast(segmented.count_kept as double) / segmented.count_slots'
        ) }} as double) as kept_rate,
        cast({{ aisle.exact_avg(
            'case when segmented.count_kept = segmented.count_slots then 1 else 0 end'
        ) }} as double) as same_list_rate,
        cast(max({{ aisle.elapsed_days('segmented.as_of', 'as_of.as_of') }}) as double)
            as age_days,
        count(*) as count_customers,
        segmented.as_of as listed_at
    from segmented
    cross join as_of
    group by
        segmented.release_id,
        segmented.segment_type,
        segmented.segment,
        segmented.as_of

)

select * from final
