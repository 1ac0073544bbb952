{#- Where customers are shown fewer than ten, so many are compared. -#}
{%- set depth = [10, aisle.checked_var('list_length')] | min -%}

with

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        placement = 'home'
        and scenario_id = 'live'
        and slot <= {{ depth }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where not has_history

),

regions as (

    select * from {{ ref('int_folds__customer_regions') }}

),

shown as (

    select
        lists.fold_id,
        regions.region,
        lists.customer_key,
        lists.product_key
    from lists
    inner join customers
        on
            lists.fold_id = customers.fold_id
            and lists.customer_key = customers.customer_key
    inner join regions
        on
            lists.fold_id = regions.fold_id
            and lists.customer_key = regions.customer_key

),

sizes as (

    select
        fold_id,
        region,
        count(distinct customer_key) as count_customers
    from shown
    group by fold_id, region

),

product_counts as (

    select
        fold_id,
        region,
        product_key,
        count(*) as count_shown
    from shown
    group by fold_id, region, product_key

),

-- Each product that n lists show is shared by n * (n - 1) ordered pairs of customers.
shared as (

    select
        fold_id,
        region,
        sum(count_shown * (count_shown - 1)) as count_shared
    from product_counts
    group by fold_id, region

),

by_region as (

    select
        sizes.fold_id,
        sizes.region,
        sizes.count_customers,
        sizes.count_customers * (sizes.count_customers - 1) as count_pairs,
        shared.count_shared
    from sizes
    inner join shared
        on
            sizes.fold_id = shared.fold_id
            and sizes.region = shared.region

),

segmented as (

    select
        fold_id,
        'region' as segment_type,
        region as segment,
        count_customers,
        count_pairs,
        count_shared
    from by_region
    union all
    select
        fold_id,
        'all' as segment_type,
        'all' as segment,
        sum(count_customers) as count_customers,
        sum(count_pairs) as count_pairs,
        sum(count_shared) as count_shared
    from by_region
    group by fold_id

),

final as (

    select
        fold_id,
        segment_type,
        segment,
        10 as k,
        cast(count_shared / ({{ depth }} * nullif(count_pairs, 0)) as double)
            as overlap,
        cast(count_customers as bigint) as count_customers
    from segmented

)

select * from final
