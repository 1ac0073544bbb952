with

products as (

    select * from {{ ref('int_audit__current_products') }}

),

missing as (

    select * from {{ ref('int_audit__missing_attributes') }}

),

variants as (

    select lower(category) as plain_category
    from products
    where category is not null
    group by lower(category)
    having count(distinct category) > 1

),

titles as (

    select lower(trim(title)) as plain_title
    from products
    where
        title is not null
        and category is not null
    group by lower(trim(title))
    having count(distinct lower(category)) > 1

),

small as (

    select lower(category) as plain_category
    from products
    where category is not null
    group by lower(category)
    having count(*) = 1

),

found as (

    select
        'missing_attributes' as issue,
        attribute as subject,
        product_id as example
    from missing
    union all
    select
        'category_case_variants' as issue,
        variants.plain_category as subject,
        products.category as example
    from products
    inner join variants
        on lower(products.category) = variants.plain_category
    union all
    select
        'title_in_two_categories' as issue,
        titles.plain_title as subject,
        products.category as example
    from products
    inner join titles
        on lower(trim(products.title)) = titles.plain_title
    where products.category is not null
    union all
    select
        'single_product_category' as issue,
        small.plain_category as subject,
        products.product_id as example
    from products
    inner join small
        on lower(products.category) = small.plain_category

),

counted as (

    select
        issue,
        subject,
        example,
        count(*) as count_products,
        row_number() over (partition by issue, subject order by example asc) as position
    from found
    group by issue, subject, example

),

final as (

    select
        issue,
        subject,
        {{ aisle.string_list('case when position <= 5 then example end') }} as examples,
        cast(sum(count_products) as bigint) as count_products
    from counted
    group by issue, subject

)

select * from final
