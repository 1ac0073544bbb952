{# Whether a customer does not want a product: disliked, or bought within `one_off_days` and
   a thing that people buy once. #}
{% macro is_unwanted(customer_products, products) -%}
(
    {{ customer_products }}.is_disliked
    or (
        {{ products }}.is_one_off
        and {{ customer_products }}.last_purchase_age_days
        <= {{ var('one_off_days') }}
    )
)
{%- endmacro %}
