{%- set pattern = aisle.checked_var('gift_pattern') -%}

with

products as (

    select * from {{ ref('int_folds__products') }}
    where title is not null

),

-- An attribute that is denied says nothing.
attributes as (

    select * from {{ ref('int_features__product_attributes') }}
    where
        field not in ('brand', 'price_band')
        and value not in ('false', 'no', '0')

),

described as (

    select
        fold_id,
        product_key,
        lower(title) as description
    from products
    union all
    select
        fold_id,
        product_key,
        concat_ws('=', field, value) as description
    from attributes

),

final as (

    select distinct
        fold_id,
        product_key
    from described
    where
        {% if pattern -%}
            {{ aisle.is_match('description', pattern) }}
        {%- else -%}
            false
        {%- endif %}

)

select * from final
