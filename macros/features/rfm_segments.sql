{# The segments that `int_features__customer_rfm` gives. #}
{% macro rfm_segments() -%}
    {{ return([
        'champions', 'loyal', 'potential_loyal', 'new', 'promising', 'need_attention',
        'about_to_sleep', 'at_risk', 'cannot_lose', 'hibernating', 'lost',
    ]) }}
{%- endmacro %}
