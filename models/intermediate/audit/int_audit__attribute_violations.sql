with

customers as (

    select
        customer_id,
        {{ aisle.json_field('attributes', 'personalisation_level') }} as written,
        {{ aisle.personalisation_level('attributes') }} as personalisation_level
    from {{ ref('input_customers') }}

),

unreadable_levels as (

    select
        customer_id,
        written,
        row_number() over (order by customer_id asc nulls last) as position
    from customers
    where
        written is not null
        and personalisation_level is null

),

unreadable_levels_counted as (

    select
        count(*) as count_customers,
        {{ aisle.string_list('case when position <= 5 then customer_id end') }}
            as examples,
        max(case when position = 1 then written end) as written
    from unreadable_levels
    having count(*) > 0

),

missing_attributes as (

    select * from {{ ref('int_audit__missing_attributes') }}

),

products as (

    select * from {{ ref('int_audit__current_products') }}

),

catalogue as (

    select count(*) as count_products
    from products

),

lacking as (

    select
        attribute,
        count(*) as count_products
    from missing_attributes
    group by attribute

),

lacking_shares as (

    select {{ aisle.string_list("concat_ws('', lacking.attribute, ' (', "
        ~ aisle.percent_text(
            'lacking.count_products / cast(catalogue.count_products as double)'
        ) ~ ", ')')") }} as attributes
    from lacking
    cross join catalogue

),

undescribed as (

    select
        product_id,
        row_number() over (order by count(*) desc, product_id asc) as position
    from missing_attributes
    group by product_id

),

-- A product counts once, however much it lacks.
undescribed_counted as (

    select
        count(*) as count_products,
        {{ aisle.string_list('case when position <= 5 then product_id end') }}
            as examples
    from undescribed
    having count(*) > 0

),

final as (

    select
        'missing_attributes' as check_id,
        'products' as dataset,
        undescribed_counted.examples,
        concat_ws(
            '',
            {{ aisle.of_text(
                'undescribed_counted.count_products', 'catalogue.count_products',
                'products'
            ) }},
            ', ',
            lacking_shares.attributes
        ) as detail,
        undescribed_counted.count_products as count_rows,
        undescribed_counted.count_products / cast(catalogue.count_products as double)
            as figure,
        cast(null as double) as threshold
    from undescribed_counted
    cross join catalogue
    cross join lacking_shares
    union all
    select
        'personalisation_level_unreadable' as check_id,
        'customers' as dataset,
        examples,
        concat_ws(
            '',
            cast(count_customers as {{ dbt.type_string() }}),
            ' customers, such as ',
            written
        ) as detail,
        count_customers as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from unreadable_levels_counted

)

select * from final
