{%- set fields = ['category', 'subcategory', 'brand'] -%}

with

products as (

    select * from {{ ref('int_folds__products') }}

),

priced as (

    select *
    from products
    where price is not null

),

-- Dear is what is dear for its kind: a kettle is not a dear spoon. The middle of the
-- places of one price keeps a lone product, and products of one price, in the middle.
placed as (

    select
        fold_id,
        product_key,
        rank() over (
            partition by fold_id, category, subcategory
            order by price asc nulls last
        ) - 1 as count_cheaper,
        count(*) over (partition by fold_id, category, subcategory, price)
            as count_alike,
        count(*) over (partition by fold_id, category, subcategory) as count_all
    from priced

),

entries as (

    select * from {{ aisle.json_entries(
        'products', ['fold_id', 'product_key'], 'attributes'
    ) }} as listed

),

-- What is not known has no row, so that two unknown things never agree.
gathered as (

    {% for field in fields -%}
        select
            fold_id,
            product_key,
            '{{ field }}' as field,
            {{ field }} as value
        from products
        where {{ field }} != 'unknown'
        union all
    {% endfor -%}
    select
        fold_id,
        product_key,
        'price_band' as field,
        case
            when 3 * (count_cheaper + 0.5e0 * count_alike) < count_all then 'low'
            when 3 * (count_cheaper + 0.5e0 * count_alike) < 2 * count_all
                then 'medium'
            else 'high'
        end as value
    from placed
    union all
    select
        fold_id,
        product_key,
        concat_ws('', 'attributes.', name) as field,
        value
    from entries

),

final as (

    select distinct
        fold_id,
        product_key,
        lower(trim(field)) as field,
        lower(trim(value)) as value
    from gathered
    where trim(value) != ''

)

select * from final
