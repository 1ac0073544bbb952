with

products as (

    select * from {{ ref('int_audit__current_products') }}

),

final as (

    {% for attribute in [
        'title', 'description', 'category', 'brand', 'price', 'unit_cost'
    ] -%}
        select
            product_id,
            '{{ attribute }}' as attribute
        from products
        where {{ attribute }} is null
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
)

select * from final
