{# The placements that are filled from a customer's candidates alone, each with the task
   that measures it: `home` shows anything, `buy_again` what the customer has bought,
   `new_for_you` what not. #}
{% macro shelves() -%}
    {{ return({
        'home': 'all', 'buy_again': 'repeat', 'new_for_you': 'new_to_customer',
    }) }}
{%- endmacro %}
