with

lists as (

    select * from {{ ref('customer_recommendations') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

groups as (

    select * from {{ ref('int_monitoring__customer_groups') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where
        fold_id = 'serving'
        and is_sellable

),

keyed as (

    select
        customers.customer_key,
        lists.product_id,
        lists.category
    from lists
    inner join customers
        on lists.customer_id = customers.customer_id

),

grouped as (

    select
        groups.segment_type,
        groups.segment,
        keyed.customer_key,
        keyed.product_id,
        keyed.category
    from keyed
    inner join groups
        on keyed.customer_key = groups.customer_key
    union all
    select
        'all' as segment_type,
        'all' as segment,
        customer_key,
        product_id,
        category
    from keyed

),

sizes as (

    select
        segment_type,
        segment,
        count(distinct customer_key) as count_customers,
        count(*) as count_slots,
        count(distinct product_id) as count_products
    from grouped
    group by segment_type, segment

),

counted as (

    select
        segment_type,
        segment,
        category,
        count(*) as count_category_slots
    from grouped
    group by segment_type, segment, category

),

categories as (

    select
        category,
        count_category_slots
    from counted
    where segment_type = 'all'

),

catalogue as (

    select count(*) as count_products
    from products

),

population as (

    select count_slots
    from sizes
    where segment_type = 'all'

),

-- Every group with every category that anybody is shown: none is a finding too.
crossed as (

    select
        sizes.segment_type,
        sizes.segment,
        categories.category,
        sizes.count_customers,
        sizes.count_slots,
        sizes.count_products,
        coalesce(counted.count_category_slots, 0) as count_category_slots,
        cast(categories.count_category_slots as double) / population.count_slots
            as population_rate,
        catalogue.count_products as count_sellable_products
    from sizes
    cross join categories
    cross join population
    cross join catalogue
    left join counted
        on
            sizes.segment_type = counted.segment_type
            and sizes.segment = counted.segment
            and categories.category = counted.category
    where sizes.count_customers >= {{ aisle.checked_var('cohort_min_customers') }}

),

final as (

    select
        segment_type,
        segment,
        category,
        cast(count_category_slots as double) / count_slots as slot_rate,
        population_rate,
        cast(count_category_slots as double) / count_slots / population_rate
            as lift,
        cast(count_products as double) / nullif(count_sellable_products, 0)
            as coverage,
        cast(count_category_slots as bigint) as count_slots,
        cast(count_customers as bigint) as count_customers
    from crossed

)

select * from final
