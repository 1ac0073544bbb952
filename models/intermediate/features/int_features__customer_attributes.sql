with

customers as (

    select * from {{ ref('int_folds__customers') }}

),

entries as (

    select * from {{ aisle.json_entries(
        'customers', ['fold_id', 'customer_key'], 'attributes'
    ) }} as listed

),

named as (

    select
        fold_id,
        customer_key,
        concat_ws('', 'attributes.', lower(trim(name))) as field,
        min(lower(trim(value))) as value
    from entries
    where trim(value) != ''
    group by fold_id, customer_key, concat_ws('', 'attributes.', lower(trim(name)))

),

-- A key of many values, such as a postcode, names customers rather than kinds of them.
fields as (

    select
        fold_id,
        field
    from named
    group by fold_id, field
    having count(distinct value) <= {{ var('attribute_values') }}

),

final as (

    select
        fold_id,
        customer_key,
        'region' as field,
        coalesce(region, 'unknown') as value
    from customers
    union all
    select
        customers.fold_id,
        customers.customer_key,
        fields.field,
        coalesce(named.value, 'unknown') as value
    from customers
    inner join fields
        on customers.fold_id = fields.fold_id
    left join named
        on
            customers.fold_id = named.fold_id
            and customers.customer_key = named.customer_key
            and fields.field = named.field

)

select * from final
