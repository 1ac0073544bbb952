{# The CTE `served_histories`: of the CTE `histories` the rows of those in `customers`, both
   with `fold_id, customer_key`. #}
{% macro served_histories() -%}
served_histories as (

    select histories.*
    from histories
    inner join customers
        on
            histories.fold_id = customers.fold_id
            and histories.customer_key = customers.customer_key

)
{%- endmacro %}
