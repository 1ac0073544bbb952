{# Which parts of the blend's score speak for which kind of reason, in the order that
   settles ties. #}
{% macro reason_parts() -%}
    {{ return({
        'history': ['repurchase', 'personal_frequency'],
        'taste': ['als', 'product_neighbours', 'bought_together'],
        'trending': ['trending'],
        'popular': ['popularity', 'popularity_7d'],
    }) }}
{%- endmacro %}
