with

-- Those too whose day has not come: a typo is to be found before it does.
collections as (

    select
        collections.collection_id,
        collections.field,
        collections.value
    from {{ ref('collections') }} as collections
    cross join {{ ref('int_audit__as_of') }} as as_of
    where
        cast(collections.is_enabled as boolean)
        and coalesce(
            collections.ends_on >= {{ aisle.local_date('as_of.as_of') }}, true
        )

),

collection_products as (

    select distinct collection_id
    from {{ ref('int_placements__collection_products') }}

),

counted as (

    select count(*) as count_collections
    from collections

),

found as (

    select
        collections.collection_id as example,
        concat_ws(
            '', collections.collection_id, ' (', collections.field, ' ',
            collections.value, ')'
        ) as detail
    from collections
    left join collection_products
        on collections.collection_id = collection_products.collection_id
    where collection_products.collection_id is null

),

summed as (

    select
        {{ aisle.string_list('example') }} as examples,
        {{ aisle.string_list('detail') }} as detail,
        count(*) as count_rows
    from found
    having count(*) > 0

),

final as (

    select
        'collection_is_empty' as check_id,
        'collections' as dataset,
        summed.examples,
        summed.detail,
        summed.count_rows,
        cast(summed.count_rows as double) / counted.count_collections as figure,
        cast(null as double) as threshold
    from summed
    cross join counted

)

select * from final
