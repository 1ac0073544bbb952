{# The CTE `scored` of a source that looks up neighbours of what a customer knows, and the
   one before it: from the CTEs `histories`, `customers` and one with `fold_id,
   product_key` (known), a column of neighbours, and `similarity`, the sum of weight times
   similarity of each customer and neighbour. #}
{% macro scored_by_history(neighbours, known='product_key', proposed='neighbour_key') -%}
{{ aisle.served_histories() }},

scored as (

    select
        served_histories.fold_id,
        served_histories.customer_key,
        {{ neighbours }}.{{ proposed }} as product_key,
        {{ aisle.exact_sum(
            'served_histories.weight * ' ~ neighbours ~ '.similarity'
        ) }} as score
    from served_histories
    inner join {{ neighbours }}
        on
            served_histories.fold_id = {{ neighbours }}.fold_id
            and served_histories.product_key = {{ neighbours }}.{{ known }}
    group by
        served_histories.fold_id,
        served_histories.customer_key,
        {{ neighbours }}.{{ proposed }}

)
{%- endmacro %}
