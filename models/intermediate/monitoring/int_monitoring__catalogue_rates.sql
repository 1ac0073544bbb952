{%- set starts_at = aisle.add_days(
    'folds.cutoff_at', -aisle.checked_var('fold_days')
) -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

lists as (

    select * from {{ ref('customer_recommendations') }}

),

catalogue as (

    select
        products.product_id,
        products.is_sellable,
        {{ aisle.has_come('products', starts_at) }} as is_new,
        {{ aisle.has_gone('products', starts_at, 'folds.cutoff_at') }} as is_gone
    from products
    cross join folds

),

listed_products as (

    select distinct product_id
    from lists

),

counted as (

    select
        'new_product_rate' as measure,
        'now' as moment,
        'all' as segment_type,
        'all' as segment,
        count(case when is_sellable and is_new then 1 end) as count_part,
        count(case when is_sellable then 1 end) as count_whole
    from catalogue
    union all
    select
        'gone_product_rate' as measure,
        'now' as moment,
        'all' as segment_type,
        'all' as segment,
        count(case when is_gone then 1 end) as count_part,
        count(case when is_gone or (is_sellable and not is_new) then 1 end)
            as count_whole
    from catalogue
    union all
    select
        'list_coverage' as measure,
        'now' as moment,
        'all' as segment_type,
        'all' as segment,
        count(listed_products.product_id) as count_part,
        count(*) as count_whole
    from catalogue
    left join listed_products
        on catalogue.product_id = listed_products.product_id
    where catalogue.is_sellable

),

final as (

    select
        measure,
        moment,
        segment_type,
        segment,
        cast(count_part as bigint) as count_part,
        cast(count_whole as bigint) as count_whole,
        cast(count_part as double) / count_whole as value
    from counted
    where count_whole > 0

)

select * from final
