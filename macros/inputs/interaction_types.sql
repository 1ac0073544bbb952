{# The types of event that the input contract knows. #}
{% macro interaction_types() -%}
    {{ return([
        'view', 'add_to_cart', 'remove_from_cart', 'wishlist', 'purchase', 'return',
        'review', 'rating', 'dismiss', 'complaint'
    ]) }}
{%- endmacro %}
