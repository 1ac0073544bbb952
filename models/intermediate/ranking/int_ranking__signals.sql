with

candidates as (

    select * from {{ ref('int_ranking__candidates') }}

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        {% for signal, expression in aisle.blend_signals().items() -%}
            coalesce({{ expression }}, 0) as signal_{{ signal }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from candidates
    window
        customer as (partition by fold_id, customer_key),
        fold as (partition by fold_id)

)

select * from final
