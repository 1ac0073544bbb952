with

interactions as (

    select * from {{ ref('input_interactions') }}

),

products as (

    select * from {{ ref('input_products') }}

),

customers as (

    select * from {{ ref('input_customers') }}

),

earlier_factors as (

    select * from {{ ref('input_earlier_factors') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

served_lists as (

    select * from {{ ref('input_served_lists') }}

),

-- What was served from this very moment on tells this release nothing.
past_lists as (

    select served_lists.*
    from served_lists
    inner join as_of
        on served_lists.as_of < as_of.as_of

),

row_hashes as (

    select
        'interactions' as input_name,
        md5({{ aisle.row_text('interactions') }}) as row_hash
    from interactions
    union all
    select
        'products' as input_name,
        md5({{ aisle.row_text('products') }}) as row_hash
    from products
    union all
    select
        'customers' as input_name,
        md5({{ aisle.row_text('customers') }}) as row_hash
    from customers
    union all
    select
        'earlier_factors' as input_name,
        md5({{ aisle.row_text('earlier_factors') }}) as row_hash
    from earlier_factors
    union all
    select
        'served_lists' as input_name,
        md5({{ aisle.row_text('past_lists') }}) as row_hash
    from past_lists

),

-- Sums do not depend on the order of rows, and unlike exclusive or they count repeats.
summed as (

    select
        input_name,
        count(*) as count_rows,
        sum({{ aisle.hash_integer('row_hash', 1) }}) as first_sum,
        sum({{ aisle.hash_integer('row_hash', 9) }}) as second_sum,
        sum({{ aisle.hash_integer('row_hash', 17) }}) as third_sum,
        sum({{ aisle.hash_integer('row_hash', 25) }}) as fourth_sum
    from row_hashes
    group by input_name

),

final as (

    select
        input_name,
        md5(concat_ws(
            '-',
            cast(count_rows as {{ dbt.type_string() }}),
            cast(first_sum as {{ dbt.type_string() }}),
            cast(second_sum as {{ dbt.type_string() }}),
            cast(third_sum as {{ dbt.type_string() }}),
            cast(fourth_sum as {{ dbt.type_string() }})
        )) as rows_hash,
        count_rows
    from summed

)

select * from final
