{# Whether a row of `int_features__products` sells faster than usual: more of its orders in
   30 days than in as many days of its life. What is younger has no usual pace. #}
{% macro is_selling_faster(products) -%}
coalesce(
    {{ products }}.count_orders_30d * {{ products }}.first_sold_age_days
    > 30 * {{ products }}.count_orders,
    false
)
{%- endmacro %}
